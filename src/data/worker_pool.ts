// Threads that fill batches in a fixed number of slots of shared memory: what bounds a loader's memory.

import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  type TransferListItem,
  Worker,
} from 'node:worker_threads';
import type { FileReading } from './batch_task.js';
import { DataError } from './dataset.js';
import { DRAWS_STATE_WORDS } from './draws.js';
import type { ImageSource } from './image_source.js';
import type { TransformSpec } from './transforms.js';

/** A slot's state: how many images it holds, or one of these. */
export const SLOT_STATE = { waiting: -1, failed: -2, abandoned: -3, dead: -4 } as const;

/** How far a thread is. */
export const THREAD_STATE = { starting: 0, running: 1, gone: 2 } as const;

/** What all threads see of each other. */
export interface Control {
  /** The number of the current pass. */
  readonly pass: Int32Array;
  /** How far each worker is, and last the thread that watches them. */
  readonly threads: Int32Array;
  /** The state of each slot. */
  readonly slots: Int32Array;
}

/** Memory for one batch. */
export interface Slot {
  readonly values: Float32Array;
  readonly places: Int32Array;
  /** Where the worker's generators stand after it; empty without `shared_stream`. */
  readonly generators: Int32Array;
}

/** What a worker is told once. */
export interface Setting extends FileReading {
  /** Every so many slots, from number `worker` on, are this one's to fill. */
  readonly worker: number;
  readonly source: ImageSource;
  readonly transforms: readonly TransformSpec[];
  /** Draws from one generator a worker, as torch does, rather than from one an image. */
  readonly shared_stream: boolean;
  readonly control: Control;
  readonly slots: readonly Slot[];
  readonly errors: MessagePort;
}

/** One batch to fill. */
export interface Order {
  readonly pass: number;
  readonly base_seed: bigint;
  /** Where the worker's generators stand before it; null: where its last batch of the pass left them. */
  readonly generators: Int32Array | null;
  readonly slot: number;
  readonly indices: Int32Array;
}

/** What a worker says when it could not fill a slot. */
export interface Failure {
  readonly pass: number;
  readonly slot: number;
  readonly error: Error;
}

export interface PoolOptions
  extends FileReading,
    Pick<Setting, 'source' | 'transforms' | 'shared_stream'> {
  workers: number;
  slots: number;
  batch_size: number;
  /** Values of an image. */
  image_size: number;
}

/** How long a batch may take, in milliseconds: a file on a network may never come. */
const PATIENCE = 300_000;

/** No pass has this number. */
const ENDED = -1;

export class WorkerPool {
  readonly #threads: Worker[];
  readonly #control: Control;
  readonly #slots: Slot[];
  readonly #errorPorts: MessagePort[];
  #pass = ENDED;

  constructor(options: PoolOptions) {
    const { workers, slots, batch_size, image_size, ...setting } = options;
    const words = setting.shared_stream ? DRAWS_STATE_WORDS : 0;
    this.#slots = Array.from({ length: slots }, () => ({
      values: new Float32Array(new SharedArrayBuffer(4 * batch_size * image_size)),
      places: sharedWords(batch_size),
      generators: sharedWords(words),
    }));
    const control = {
      pass: sharedWords(1),
      threads: sharedWords(workers + 1),
      slots: sharedWords(slots),
    };
    this.#control = control;
    const errors = Array.from({ length: workers }, () => new MessageChannel());
    const lives = Array.from({ length: workers }, () => new MessageChannel());
    this.#errorPorts = errors.map(({ port1 }) => port1);
    for (const port of this.#errorPorts) port.unref();
    const watched = lives.map(({ port1 }) => port1);
    this.#threads = [
      ...errors.map(({ port2 }, worker) => {
        const life = lives[worker]?.port2 as MessagePort;
        const data = { ...setting, worker, control, slots: this.#slots, errors: port2, life };
        return startThread('./worker.js', data, [port2, life]);
      }),
      startThread('./worker_watch.js', { control, lives: watched }, watched),
    ];
    // The end of a thread that has not begun, or that nobody watches yet, would go unheard.
    for (let thread = 0; thread <= workers; thread++) {
      const waited = Atomics.wait(control.threads, thread, THREAD_STATE.starting, PATIENCE);
      if (waited === 'timed-out') throw new DataError('a loading thread does not start');
    }
  }

  /** The number of the current pass. */
  get pass(): number {
    return this.#pass;
  }

  /** Begins a pass; what is left of an earlier one is dropped. Waits until its last image is done with. */
  begin(): number {
    this.#pass = (this.#pass + 1) & 0x3fffffff;
    Atomics.store(this.#control.pass, 0, this.#pass);
    for (let slot = 0; slot < this.#slots.length; slot++) this.#settle(slot);
    return this.#pass;
  }

  /** Has a worker fill a slot that is not in use. */
  order(worker: number, order: Order): void {
    const { slots, threads } = this.#control;
    Atomics.store(slots, order.slot, SLOT_STATE.waiting);
    (this.#threads[worker] as Worker).postMessage(order);
    // Whoever watches may have looked for waiting slots before this was one.
    if (Atomics.load(threads, worker) === THREAD_STATE.gone) {
      Atomics.store(slots, order.slot, SLOT_STATE.dead);
    }
  }

  /**
   * Waits for a slot that was ordered.
   *
   * @throws DataError naming image and file when an image can't be read, or when the thread has ended;
   * Error when the pass is no longer the current one.
   */
  take(pass: number, slot: number): { slot: Slot; images: number } {
    if (pass !== this.#pass) {
      throw new Error('Loader: this pass is over: the loader was closed, or began a newer one');
    }
    const images = this.#settle(slot);
    if (images === SLOT_STATE.failed) throw this.#errorOf(pass, slot);
    if (images === SLOT_STATE.dead) {
      throw new DataError('a loading thread ended before its work: out of memory, or stopped');
    }
    return { slot: this.#slots[slot] as Slot, images };
  }

  /** Ends the threads. */
  close(): void {
    this.#pass = ENDED;
    Atomics.store(this.#control.pass, 0, ENDED);
    for (const thread of this.#threads) void thread.terminate();
  }

  #settle(slot: number): number {
    const { slots } = this.#control;
    if (Atomics.wait(slots, slot, SLOT_STATE.waiting, PATIENCE) === 'timed-out') {
      throw new DataError(`a loading thread has been at one batch for ${PATIENCE / 1000} s`);
    }
    return Atomics.load(slots, slot);
  }

  #errorOf(pass: number, slot: number): Error {
    for (const port of this.#errorPorts) {
      for (const failure of waiting(port)) {
        const { error } = failure;
        if (failure.pass === pass && failure.slot === slot) {
          return new DataError(error.message, { cause: error });
        }
      }
    }
    return new DataError('a loading thread failed');
  }
}

/** What has come to `port`. */
function* waiting(port: MessagePort): Generator<Failure> {
  for (;;) {
    const received = receiveMessageOnPort(port) as { message: Failure } | undefined;
    if (!received) return;
    yield received.message;
  }
}

const sharedWords = (count: number) => new Int32Array(new SharedArrayBuffer(4 * count));

/** Called by thread number `thread` once it has begun. */
export function begun({ threads }: Control, thread: number): void {
  Atomics.store(threads, thread, THREAD_STATE.running);
  Atomics.notify(threads, thread);
}

function startThread(file: string, data: object, transferList: TransferListItem[]): Worker {
  const thread = new Worker(new URL(file, import.meta.url), {
    workerData: data,
    transferList,
    // Options of the program, such as --input-type, may be none that a thread can start with.
    execArgv: [],
  });
  // What ended it is told by its slots: no reason to end the program a second time.
  thread.on('error', () => {});
  // A program that is done ends, whatever its loaders were about to read.
  thread.unref();
  return thread;
}
