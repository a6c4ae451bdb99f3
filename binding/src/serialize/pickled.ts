// What a pickle says, before any of it becomes a value: plain data, and descriptions of tensors.
import { bytesOf, type DType } from '../dtype.js';

export type Key = null | boolean | number | bigint | string;
export type Pickled =
  | Key
  | Pickled[]
  | Tuple
  | Dict
  | PickledSet
  | Bytes
  | Global
  | Instance
  | StorageSpec
  | TensorSpec;

/** How deep values may be nested: more than any program does, less than what overflows the stack. */
export const MAX_NESTING = 256;

/** Not an array, which would be a list: lists can be appended to. */
export class Tuple {
  constructor(readonly items: readonly Pickled[]) {}
}

export class Dict {
  readonly entries = new Map<Key, Pickled>();
  /** @param ordered - an OrderedDict */
  constructor(readonly ordered: boolean) {}
}

/** A set or frozenset. */
export class PickledSet {
  readonly items = new Set<Key>();
}

/** Of a bytes or bytearray; they may lie in the file's own memory. */
export class Bytes {
  constructor(readonly bytes: Uint8Array) {}
}

/** A name that stands for a class or function of Python's; `call` makes what a call of it makes. */
export class Global {
  constructor(
    readonly name: string,
    readonly call?: (args: readonly Pickled[]) => Pickled,
  ) {}
}

/** An object of a class: its name, what it is made with, and the state that is put on it afterwards. */
export class Instance {
  state: Pickled | undefined;

  constructor(
    readonly name: string,
    readonly args: readonly Pickled[],
  ) {}
}

/** Memory that tensors lie in: an entry of the file. */
export class StorageSpec {
  constructor(
    readonly key: string,
    /** Undefined for bytes, which the tensor says the dtype of. */
    readonly dtype: DType | undefined,
    /** The device that it was saved on. */
    readonly location: string,
    /** How many elements; bytes where the dtype is undefined. */
    readonly count: number,
  ) {}
}

export function bytesIn({ dtype, count }: StorageSpec): number {
  return count * (dtype ? bytesOf(dtype) : 1);
}

export class TensorSpec {
  constructor(
    readonly storage: StorageSpec,
    readonly dtype: DType,
    readonly offset: number,
    readonly size: readonly number[],
    readonly stride: readonly number[],
    readonly requires_grad: boolean,
    /** Lazy negations and conjugations that PyTorch saves as bits. */
    readonly bits: { readonly conj: boolean; readonly neg: boolean },
  ) {}
}
