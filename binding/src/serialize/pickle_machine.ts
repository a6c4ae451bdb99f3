// The state of a pickle that is being read, its stack and its memo, and what operations do to it. After
// Lib/pickletools.py and torch/_weights_only_unpickler.py.
import type { Buffer } from 'node:buffer';
import { FormatFault } from './file_error.js';
import { storageOf } from './globals.js';
import {
  Bytes,
  bytesIn,
  Dict,
  Global,
  Instance,
  type Pickled,
  PickledSet,
  type StorageSpec,
  TensorSpec,
  Tuple,
} from './pickled.js';
import { addItems, setItem } from './plain_calls.js';

/** What the values of a pickle may cost together: those of 40,000 tensors, some 300 MB. */
const MAX_COST = 1 << 23;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What differs between the pickles of torch.save and others. */
export interface Dialect {
  /** What a name stands for; throws a FormatFault where it is not on the list. */
  lookUp(module: string, name: string): Pickled;
  /** A str of Python 2. */
  text(bytes: Buffer): string;
}

export class PickleMachine {
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

  /** A length in eight bytes; one beyond 2^53 is beyond any file, too. */
  length(): number {
    return Number(this.take(8).readBigUInt64LE());
  }

  bytesOf(length: number): void {
    this.push(new Bytes(this.take(length)));
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

  nameOnStack(): void {
    const [name, module] = [this.pop(), this.pop()];
    if (typeof module !== 'string' || typeof name !== 'string') {
      throw new FormatFault('its pickle has a name that is no text');
    }
    this.push(this.dialect.lookUp(module, name));
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

  rememberNext(): void {
    this.remember(this.memo.size);
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

  addItems(items: Pickled[]): void {
    const set = this.top();
    if (!(set instanceof PickledSet)) throw new FormatFault('its pickle adds to what is no set');
    addItems(set, items);
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
    if (result instanceof PickledSet) this.spend(4 * result.items.size);
    if (result instanceof Bytes) this.spend(result.bytes.length / 16);
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

  result(): Pickled {
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

/** UTF-8, as all texts of Python 3 are. */
export function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new FormatFault('its pickle has a text that is not UTF-8');
  }
}
