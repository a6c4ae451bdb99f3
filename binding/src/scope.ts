// Who frees a tensor, and when. Garbage collectors do not see a tensor's memory, and finalizers never
// run inside a synchronous loop; so scopes free what was made in them, and finalizers are the backstop.
// For programs whose own "lib" lacks Symbol.dispose:
/// <reference lib="esnext.disposable" preserve="true" />
import { addon } from './addon.js';
import { requireFunction, requireSynchronous } from './errors.js';
import { numbers, reserve } from './mailbox.js';

// The scope that is open: what was made in it so far. Null outside any scope.
let open: ScopedHandle[] | null = null;

// Where each live handle was made, while `leaks.ts` has this recorded; null otherwise.
let origins: Map<ScopedHandle, string> | null = null;

/** @internal Starts or ends the record of where handles are made; what was recorded is forgotten. */
export function recordOrigins(record: boolean): void {
  origins = record ? new Map() : null;
}

/** @internal The live handles of the record, and the stack of each one's making. */
export function recordedOrigins(): ReadonlyMap<ScopedHandle, string> | null {
  return origins;
}

const backstop = new FinalizationRegistry<number>((handle) => {
  try {
    addon.dispose(handle);
  } catch {
    // A handle that somebody made up; nobody could catch an error here, so it would end the process.
  }
});

/** Holds a native handle from construction to `dispose`, the end of its scope, or garbage collection. */
export class ScopedHandle {
  /** @internal 0 once disposed. */
  _handle: number;
  // Whether the backstop, and no scope, frees it.
  private registered = false;

  protected constructor(handle: number) {
    this._handle = handle;
    this.enter();
    origins?.set(this, new Error().stack ?? '');
  }

  /** Whether it was disposed: by name, by a scope that ended, or by giving its memory away. */
  get disposed(): boolean {
    return this._handle === 0;
  }

  /** Frees it now. Disposing twice is fine. */
  dispose(): void {
    if (!(this._handle > 0)) return;
    // Through the mailbox: a call without arguments is the cheapest.
    numbers[0] = 1;
    numbers[1] = this._release();
    addon.disposeMany();
    // A long loop that frees as it goes leaves nothing behind in its scope.
    if (open !== null && open[open.length - 1] === this) open.pop();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @internal Gives the handle away, to be freed elsewhere, and becomes disposed. */
  _release(): number {
    const handle = this._handle;
    if (this.registered) backstop.unregister(this);
    origins?.delete(this);
    this.registered = false;
    this._handle = 0;
    return handle;
  }

  /** @internal Takes over what `other` holds, freeing what it held itself; `other` becomes disposed. */
  _replace(other: ScopedHandle): void {
    if (other === this) return;
    const kept = this.registered;
    const handle = other._release();
    this.dispose();
    this._handle = handle;
    if (kept) this._register();
  }

  /** @internal Exchanges what the two hold; who frees each of the two objects stays as it was. */
  _swap(other: ScopedHandle): void {
    if (other === this) return;
    const [kept, otherKept] = [this.registered, other.registered];
    const handle = this._release();
    this._handle = other._release();
    other._handle = handle;
    if (kept) this._register();
    if (otherKept) other._register();
  }

  /** @internal Makes the backstop, and no scope, responsible. */
  _register(): void {
    if (this.registered || this._handle === 0) return;
    this.registered = true;
    backstop.register(this, this._handle, this);
  }

  /** @internal Whether the scope that it was made in should free it. */
  _isScoped(): boolean {
    return this._handle !== 0 && !this.registered;
  }

  /** @internal Becomes the open scope's, or the backstop's. */
  enter(): void {
    if (open) open.push(this);
    else this._register();
  }
}

/**
 * Runs `fn` and frees every tensor made in it, except those in its result (a tensor, or arrays, plain
 * objects, Maps and Sets of them) and those given to `keep`. Scopes nest; a result belongs to the outer
 * scope. Where `fn` throws, everything made in it is freed.
 * @throws TypeError where `fn` is no function, or asynchronous: its tensors would be freed before it is done.
 */
export function tidy<T>(fn: () => T): T {
  requireFunction('tidy', fn);
  const outer = open;
  const made: ScopedHandle[] = [];
  open = made;
  let result: T;
  try {
    result = fn();
    requireSynchronous('tidy', result);
  } catch (error) {
    open = outer;
    free(made);
    throw error;
  }
  open = outer;
  if (made.length === 0) return result;
  const survivors = new Set<ScopedHandle>();
  collect(result, survivors);
  free(made, survivors);
  return result;
}

/** Takes a tensor out of its scope: it lives until it is disposed or collected. Returns it. */
export function keep<T extends ScopedHandle>(handle: T): T {
  handle._register();
  return handle;
}

/** Frees tensors now: each argument a tensor, null, or arrays, plain objects, Maps and Sets of them. */
export function dispose(...values: unknown[]): void {
  const handles = new Set<ScopedHandle>();
  for (const value of values) collect(value, handles);
  for (const handle of handles) handle.dispose();
}

export interface Memory {
  /** Live tensor handles of this thread. */
  tensors: number;
  /** Bytes of the storages behind them; one that several share counts once. */
  bytes: number;
  /**
   * Bytes that LibTorch holds on the CPU in the whole process, as the allocator rounds them: beside
   * `bytes` what graphs saved for their backward pass, gradients, and what other threads hold.
   */
  allocated: number;
  /** The largest `allocated` since the start, or since `reset_peak_memory`. */
  peak: number;
}

/** What tensors cost now. */
export function memory(): Memory {
  const { bytes: allocated, peak } = addon.allocated();
  return { ...addon.memory(), allocated, peak };
}

/** Starts `memory().peak` anew from what is held now (torch.cuda.reset_peak_memory_stats, for the CPU). */
export function reset_peak_memory(): void {
  addon.resetPeak();
}

function collect(value: unknown, into: Set<ScopedHandle>): void {
  if (value instanceof ScopedHandle) {
    into.add(value);
  } else if (Array.isArray(value) || value instanceof Set) {
    for (const item of value) collect(item, into);
  } else if (value instanceof Map) {
    for (const item of value.values()) collect(item, into);
  } else if (isPlainObject(value)) {
    for (const item of Object.values(value)) collect(item, into);
  }
}

/** @internal Whether `value` is an object of no class, of whichever realm. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

// Frees what still belongs to the scope, in one call; survivors become the outer scope's.
function free(made: ScopedHandle[], survivors?: Set<ScopedHandle>): void {
  reserve(made.length + 1);
  let count = 0;
  for (const handle of made) {
    if (!handle._isScoped()) continue;
    if (survivors?.has(handle)) handle.enter();
    else numbers[++count] = handle._release();
  }
  if (count === 0) return;
  numbers[0] = count;
  addon.disposeMany();
}
