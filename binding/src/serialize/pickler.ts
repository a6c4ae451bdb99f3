// Writes values as a pickle of protocol 2, as torch.save does, so that torch.load accepts it with
// weights_only=True. After Lib/pickle.py and torch/_tensor.py (_reduce_ex_internal).
import { Buffer } from 'node:buffer';
import { bytesOf, type DType } from '../dtype.js';
import { show } from '../errors.js';
import { isPlainObject } from '../scope.js';
import { Tensor } from '../tensor.js';
import { OP } from './opcodes.js';
import { MAX_NESTING } from './pickled.js';
import { STORAGE_OF_DTYPE } from './storage_types.js';

/** Where a tensor lies; `key` names the file's entry with its storage. */
export interface Placed {
  key: string;
  dtype: DType;
  /** Elements of the whole storage. */
  count: number;
  offset: number;
  size: readonly number[];
  stride: readonly number[];
  requires_grad: boolean;
  device: string;
}

export type Place = (tensor: Tensor, path: string) => Placed;

/**
 * @param place - called for each tensor, in the order of the pickle
 * @throws TypeError for values of other kinds, saying where they are.
 */
export function pickle(value: unknown, place: Place): Buffer {
  const pickler = new Pickler(place);
  pickler.value(value, 'value');
  return pickler.finish();
}

class Pickler {
  private readonly parts: Buffer[] = [Buffer.from([OP.PROTO, 2])];
  /** The number of each value that may come again: texts by themselves, objects by identity. */
  private readonly memo = new Map<unknown, number>();
  /** The lists and dicts that are being written. */
  private readonly open = new Set<object>();

  constructor(private readonly place: Place) {}

  finish(): Buffer {
    this.op(OP.STOP);
    return Buffer.concat(this.parts);
  }

  value(value: unknown, path: string): void {
    if (value === null) this.op(OP.NONE);
    else if (typeof value === 'boolean') this.op(value ? OP.NEWTRUE : OP.NEWFALSE);
    else if (typeof value === 'number') this.number(value);
    else if (typeof value === 'bigint') this.long(value, path);
    else if (typeof value === 'string') this.text(value, path);
    else if (typeof value === 'object') this.object(value, path);
    else throw notSaved(path, value);
  }

  private object(value: object, path: string): void {
    if (this.open.has(value)) throw new TypeError(`save: ${path} holds itself`);
    if (this.recall(value)) return;
    if (value instanceof Tensor) {
      this.tensor(this.place(value, path));
      this.remember(value);
      return;
    }
    if (this.open.size >= MAX_NESTING) {
      throw new TypeError(`save: ${path} is nested more than ${MAX_NESTING} deep`);
    }
    this.open.add(value);
    if (Array.isArray(value)) this.list(value, path);
    else if (isOf('Set', value)) this.set(value as ReadonlySet<unknown>, path);
    else if (isOf('Uint8Array', value)) this.bytes(value as Uint8Array);
    else this.dict(value, path);
    this.open.delete(value);
  }

  private set(set: ReadonlySet<unknown>, path: string): void {
    for (const item of set) {
      if (typeof item === 'object' && item !== null) throw notSaved(`an element of ${path}`, item);
    }
    this.global('__builtin__ set');
    this.tuple(() => this.list([...set], path));
    this.op(OP.REDUCE);
    this.remember(set);
  }

  // Protocol 2 has bytes in a text only, whose characters they are.
  private bytes(bytes: Uint8Array): void {
    this.global('_codecs encode');
    this.tuple(() => {
      this.text(Buffer.from(bytes).toString('latin1'));
      this.text('latin1');
    });
    this.op(OP.REDUCE);
    this.remember(bytes);
  }

  private list(list: readonly unknown[], path: string): void {
    this.op(OP.EMPTY_LIST);
    this.remember(list);
    this.op(OP.MARK);
    for (let i = 0; i < list.length; i++) this.value(list[i], `${path}[${i}]`);
    this.op(OP.APPENDS);
  }

  private dict(dict: object, path: string): void {
    const isMap = isOf('Map', dict);
    if (isMap) this.call('collections OrderedDict');
    else if (isPlainObject(dict)) this.op(OP.EMPTY_DICT);
    else throw notSaved(path, dict);
    this.remember(dict);
    this.op(OP.MARK);
    const entries = isMap ? (dict as ReadonlyMap<unknown, unknown>) : Object.entries(dict);
    for (const [key, item] of entries) {
      if (typeof key === 'object' && key !== null) throw notSaved(`a key of ${path}`, key);
      const where = `${path}[${show(key)}]`;
      this.value(key, `the key of ${where}`);
      this.value(item, where);
    }
    this.op(OP.SETITEMS);
  }

  private tensor({ key, dtype, count, offset, size, stride, requires_grad, device }: Placed): void {
    const storage = STORAGE_OF_DTYPE.get(dtype);
    this.global(`torch._utils _rebuild_tensor_${storage ? 'v2' : 'v3'}`);
    this.tuple(() => {
      this.tuple(() => {
        this.text('storage');
        this.global(storage ? `torch ${storage}` : 'torch.storage UntypedStorage');
        this.text(key);
        this.text(device);
        this.number(storage ? count : count * bytesOf(dtype));
      });
      this.op(OP.BINPERSID);
      this.number(offset);
      this.integers(size);
      this.integers(stride);
      this.op(requires_grad ? OP.NEWTRUE : OP.NEWFALSE);
      this.call('collections OrderedDict');
      if (!storage) this.global(`torch ${dtype}`);
    });
    this.op(OP.REDUCE);
  }

  private integers(values: readonly number[]): void {
    this.tuple(() => {
      for (const value of values) this.number(value);
    });
  }

  private tuple(items: () => void): void {
    this.op(OP.MARK);
    items();
    this.op(OP.TUPLE);
  }

  /** A call without arguments. */
  private call(name: string): void {
    this.global(name);
    this.op(OP.EMPTY_TUPLE);
    this.op(OP.REDUCE);
  }

  private global(name: string): void {
    if (this.recall(`global ${name}`)) return;
    this.op(OP.GLOBAL);
    this.parts.push(Buffer.from(`${name.replace(' ', '\n')}\n`));
    this.remember(`global ${name}`);
  }

  // JavaScript does not tell 1 from 1.0; what counts is as good as never a float.
  private number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      this.opWith(OP.BINFLOAT, 8).writeDoubleBE(value, 1);
    } else if (value >= 0 && value < 256) {
      this.opWith(OP.BININT1, 1).writeUInt8(value, 1);
    } else if (value >= 0 && value < 65536) {
      this.opWith(OP.BININT2, 2).writeUInt16LE(value, 1);
    } else if (value === (value | 0)) {
      this.opWith(OP.BININT, 4).writeInt32LE(value, 1);
    } else {
      this.long(BigInt(value), '');
    }
  }

  // Two's complement, least byte first.
  private long(value: bigint, path: string): void {
    const bits = (value < 0n ? ~value : value).toString(2).length + 1;
    const length = Math.ceil(bits / 8);
    if (length > 255) throw new RangeError(`save: ${path} has more than 255 bytes`);
    const digits = BigInt.asUintN(8 * length, value)
      .toString(16)
      .padStart(2 * length, '0');
    this.parts.push(Buffer.from([OP.LONG1, length]), Buffer.from(digits, 'hex').reverse());
  }

  private text(value: string, path = ''): void {
    if (this.recall(`text ${value}`)) return;
    if (/\p{Surrogate}/u.test(value)) {
      throw new TypeError(`save: ${path} has half a surrogate pair: ${show(value)}`);
    }
    const bytes = Buffer.from(value);
    this.opWith(OP.BINUNICODE, 4).writeUInt32LE(bytes.length, 1);
    this.parts.push(bytes);
    this.remember(`text ${value}`);
  }

  private recall(value: unknown): boolean {
    const index = this.memo.get(value);
    if (index === undefined) return false;
    this.opWith(OP.LONG_BINGET, 4).writeUInt32LE(index, 1);
    return true;
  }

  private remember(value: unknown): void {
    const index = this.memo.size;
    this.memo.set(value, index);
    this.opWith(OP.LONG_BINPUT, 4).writeUInt32LE(index, 1);
  }

  private op(code: number): void {
    this.parts.push(Buffer.from([code]));
  }

  /** Writes an operation and returns its bytes, those after the first still to be filled. */
  private opWith(code: number, argumentBytes: number): Buffer {
    const bytes = Buffer.alloc(1 + argumentBytes);
    bytes[0] = code;
    this.parts.push(bytes);
    return bytes;
  }
}

/** Of a built-in class, also of another realm's; a Buffer is a Uint8Array. */
function isOf(name: 'Map' | 'Set' | 'Uint8Array', value: object): boolean {
  return Object.prototype.toString.call(value) === `[object ${name}]`;
}

function notSaved(path: string, value: unknown): TypeError {
  return new TypeError(
    `save: ${path} must be a tensor, Map, plain object, array, Set, Uint8Array, number, bigint, text, boolean or null, but got ${show(value)}`,
  );
}
