// Reads pickles of protocol 2, the kind that torch.save and Python 2 write, into plain descriptions; calls
// nothing but what its dialect lists. After Lib/pickletools.py and torch/_weights_only_unpickler.py.
import { Buffer } from 'node:buffer';
import { FormatFault } from './file_error.js';
import { lookUp, setItem, storageOf } from './globals.js';
import { OP } from './opcodes.js';
import {
  bytesIn,
  Dict,
  Global,
  Instance,
  type Pickled,
  type StorageSpec,
  TensorSpec,
  Tuple,
} from './pickled.js';

/** The longest pickle that is read: half a million tensors take less. */
export const MAX_PICKLE = 1 << 26;
/** What the values of a pickle may cost together: those of 40,000 tensors, some 300 MB. */
const MAX_COST = 1 << 23;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export interface Unpickled {
  value: Pickled;
  /** Where the pickle ends. */
  end: number;
  /** The storages that it refers to, each once. */
  storages: StorageSpec[];
}

/** What differs between the pickles of torch.save and others. */
export interface Dialect {
  /** What a name stands for; throws a FormatFault where it is not on the list. */
  lookUp(module: string, name: string): Pickled;
  /** A str of Python 2. */
  text(bytes: Buffer): string;
}

const TORCH: Dialect = { lookUp, text: decode };

/** Reads the pickle at `start`. */
export function unpickle(bytes: Buffer, start = 0, dialect = TORCH): Unpickled {
  const unpickler = new Unpickler(bytes, start, dialect);
  const value = unpickler.run();
  return { value, end: unpickler.position, storages: [...unpickler.storages.values()] };
}

class Unpickler {
  private stack: Pickled[] = [];
  private readonly below: Pickled[][] = [];
  private readonly memo = new Map<number, Pickled>();
  private cost = 0;
  readonly storages = new Map<string, StorageSpec>();

  constructor(
    private readonly bytes: Buffer,
    public position: number,
    private readonly dialect: Dialect,
  ) {}

  run(): Pickled {
    for (;;) {
      const at = this.position;
      const code = this.byte();
      if (code === OP.STOP) return this.result();
      const operation = OPERATIONS[code];
      if (!operation) {
        throw new FormatFault(
          `its pickle has the operation 0x${code.toString(16)} at byte ${at}, which torch.save does not write`,
        );
      }
      operation(this);
    }
  }

  take(count: number): Buffer {
    const end = this.position + count;
    if (end > this.bytes.length) throw new FormatFault('its pickle is cut short');
    const taken = this.bytes.subarray(this.position, end);
    this.position = end;
    return taken;
  }

  byte(): number {
    return this.take(1)[0] as number;
  }

  line(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) throw new FormatFault('its pickle is cut short');
    const line = decode(this.take(end - this.position));
    this.position++;
    return line;
  }

  text(length: number): void {
    this.push(decode(this.take(length)));
  }

  oldText(length: number): void {
    this.push(this.dialect.text(this.take(length)));
  }

  name(): void {
    this.push(this.dialect.lookUp(this.line(), this.line()));
  }

  push(value: Pickled): void {
    this.spend(costOf(value));
    this.stack.push(value);
  }

  pop(): Pickled {
    const value = this.stack.pop();
    if (value === undefined) throw new FormatFault('its pickle takes a value that is not there');
    return value;
  }

  top(): Pickled {
    const value = this.pop();
    this.stack.push(value);
    return value;
  }

  mark(): void {
    this.spend(8);
    this.below.push(this.stack);
    this.stack = [];
  }

  popToMark(): Pickled[] {
    const items = this.stack;
    const below = this.below.pop();
    if (!below) throw new FormatFault('its pickle lacks a mark');
    this.stack = below;
    return items;
  }

  tuple(count: number): void {
    const items = Array.from({ length: count }, () => this.pop());
    this.push(new Tuple(items.reverse()));
  }

  remember(index: number): void {
    this.spend(2);
    this.memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw new FormatFault(`its pickle has no value number ${index}`);
    this.spend(1);
    this.stack.push(value);
  }

  append(items: Pickled[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw new FormatFault('its pickle appends to what is no list');
    for (const item of items) list.push(item);
  }

  setItems(items: Pickled[]): void {
    const dict = this.top();
    if (!(dict instanceof Dict))
      throw new FormatFault('its pickle sets an item of what is no dict');
    for (let i = 0; i < items.length; i += 2) setItem(dict, items[i], items[i + 1]);
  }

  call(): void {
    const args = this.pop();
    const callee = this.pop();
    const name = callee instanceof Global ? callee.name : 'what is no function';
    if (!(callee instanceof Global && callee.call && args instanceof Tuple)) {
      throw new FormatFault(`its pickle calls ${name}`);
    }
    const result = callee.call(args.items);
    if (result instanceof Dict) this.spend(4 * result.entries.size);
    this.push(result);
  }

  refer(): void {
    const storage = storageOf(this.pop());
    const known = this.storages.get(storage.key) ?? storage;
    this.storages.set(storage.key, known);
    const isSame = known.dtype === storage.dtype && known.count === storage.count;
    // Python lets empty tensors of several dtypes share a storage.
    if (!isSame && bytesIn(known) + bytesIn(storage) > 0) {
      throw new FormatFault(`storage ${JSON.stringify(storage.key)} is described in two ways`);
    }
    this.push(isSame ? known : storage);
  }

  // PyTorch hangs versions on a state dict as an attribute; they serve its own migrations.
  build(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof Instance) {
      target.state = state;
      return;
    }
    if (!(target instanceof Dict && target.ordered && state instanceof Dict)) {
      throw new FormatFault('its pickle sets attributes of what is no OrderedDict');
    }
  }

  private result(): Pickled {
    const value = this.pop();
    if (this.stack.length > 0 || this.below.length > 0) {
      throw new FormatFault('its pickle ends too early');
    }
    return value;
  }

  private spend(cost: number): void {
    this.cost += cost;
    if (this.cost > MAX_COST) throw new FormatFault('its pickle makes more values than are read');
  }
}

// In units of some 30 bytes, those of the value that is made of it included.
function costOf(value: Pickled): number {
  if (value instanceof TensorSpec) return 32;
  if (value instanceof Dict) return 16;
  return typeof value === 'object' && value !== null ? 8 : 1;
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new FormatFault('its pickle has a text that is not UTF-8');
  }
}

function protocol(unpickler: Unpickler): void {
  const version = unpickler.byte();
  if (version !== 2) {
    throw new FormatFault(
      `its pickle has protocol ${version}; torch.save writes 2 unless told otherwise, and only that is read`,
    );
  }
}

// Two's complement, least byte first.
function long(bytes: Buffer): number | bigint {
  if (bytes.length === 0) return 0;
  const digits = Buffer.from(bytes).reverse().toString('hex');
  const value = BigInt.asIntN(8 * bytes.length, BigInt(`0x${digits}`));
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

const OPERATIONS: Readonly<Record<number, (unpickler: Unpickler) => void>> = {
  [OP.PROTO]: protocol,
  [OP.MARK]: (u) => u.mark(),
  [OP.NONE]: (u) => u.push(null),
  [OP.NEWTRUE]: (u) => u.push(true),
  [OP.NEWFALSE]: (u) => u.push(false),
  [OP.BININT]: (u) => u.push(u.take(4).readInt32LE()),
  [OP.BININT1]: (u) => u.push(u.byte()),
  [OP.BININT2]: (u) => u.push(u.take(2).readUInt16LE()),
  [OP.LONG1]: (u) => u.push(long(u.take(u.byte()))),
  [OP.BINFLOAT]: (u) => u.push(u.take(8).readDoubleBE()),
  [OP.BINUNICODE]: (u) => u.text(u.take(4).readUInt32LE()),
  [OP.BINSTRING]: (u) => u.oldText(u.take(4).readUInt32LE()),
  [OP.SHORT_BINSTRING]: (u) => u.oldText(u.byte()),
  [OP.EMPTY_LIST]: (u) => u.push([]),
  [OP.APPEND]: (u) => u.append([u.pop()]),
  [OP.APPENDS]: (u) => u.append(u.popToMark()),
  [OP.EMPTY_TUPLE]: (u) => u.push(new Tuple([])),
  [OP.TUPLE1]: (u) => u.tuple(1),
  [OP.TUPLE2]: (u) => u.tuple(2),
  [OP.TUPLE3]: (u) => u.tuple(3),
  [OP.TUPLE]: (u) => u.push(new Tuple(u.popToMark())),
  [OP.EMPTY_DICT]: (u) => u.push(new Dict(false)),
  [OP.SETITEM]: (u) => u.setItems([u.pop(), u.pop()].reverse()),
  [OP.SETITEMS]: (u) => u.setItems(u.popToMark()),
  [OP.BINPUT]: (u) => u.remember(u.byte()),
  [OP.LONG_BINPUT]: (u) => u.remember(u.take(4).readUInt32LE()),
  [OP.BINGET]: (u) => u.recall(u.byte()),
  [OP.LONG_BINGET]: (u) => u.recall(u.take(4).readUInt32LE()),
  [OP.GLOBAL]: (u) => u.name(),
  [OP.REDUCE]: (u) => u.call(),
  [OP.BUILD]: (u) => u.build(),
  [OP.BINPERSID]: (u) => u.refer(),
};
