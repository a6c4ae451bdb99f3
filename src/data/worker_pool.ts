// Threads that fill batches in a fixed number of places of shared memory: what bounds a loader's memory.

import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from 'node:worker_threads';
import type { OnError } from './batch_task.js';
import { DataError } from './dataset.js';
import type { ImageSource } from './image_source.js';
import type { TransformSpec } from './transforms.js';

/** Where in `control` the number of the current pass stands; a state for each slot follows. */
export const PASS = 0;

/** A slot's state: how many images it holds, or one of these. */
export const SLOT_STATE = { waiting: -1, failed: -2, abandoned: -3, dead: -4 } as const;

/** Memory for one batch. */
export interface Slot {
  readonly values: Float32Array;
  readonly places: Int32Array;
}

/** What a worker is told once. */
export interface Setting {
  readonly worker: number;
  /** How many there are: every so many slots, from number `worker` on, are this one's to fill. */
  readonly workers: number;
  readonly source: ImageSource;
  readonly transforms: readonly TransformSpec[];
  readonly on_error: OnError;
  readonly control: SharedArrayBuffer;
  readonly slots: readonly Slot[];
  readonly errors: MessagePort;
}

/** One batch to fill. */
export interface Order {
  readonly pass: number;
  readonly base_seed: bigint;
  /** Draws from one generator a worker, as torch does, rather than from one an image. */
  readonly shared_stream: boolean;
  readonly slot: number;
  readonly indices: Int32Array;
}

export interface PoolOptions extends Pick<Setting, 'source' | 'transforms' | 'on_error'> {
  workers: number;
  slots: number;
  batch_size: number;
  /** Values of an image. */
  image_size: number;
}

/** How long a thread may be silent, in milliseconds: one that was killed can't say so. */
const PATIENCE = 300_000;

/** No pass has this number. */
const ENDED = -1;

export class WorkerPool {
  readonly #workers: Worker[];
  readonly #control: Int32Array;
  readonly #slots: Slot[];
  readonly #errorPorts: MessagePort[];
  #pass = ENDED;

  constructor({ workers, slots, batch_size, image_size, ...setting }: PoolOptions) {
    this.#slots = Array.from({ length: slots }, () => ({
      values: new Float32Array(new SharedArrayBuffer(4 * batch_size * image_size)),
      places: new Int32Array(new SharedArrayBuffer(4 * batch_size)),
    }));
    const control = new SharedArrayBuffer(4 * (1 + slots));
    this.#control = new Int32Array(control);
    const channels = Array.from({ length: workers }, () => new MessageChannel());
    this.#errorPorts = channels.map(({ port1 }) => port1);
    for (const port of this.#errorPorts) port.unref();
    this.#workers = channels.map(({ port2: errors }, worker) => {
      const thread = new Worker(new URL('./worker.js', import.meta.url), {
        workerData: { ...setting, worker, workers, control, slots: this.#slots, errors },
        transferList: [errors],
        // Options of the program, such as --input-type, may be none that a thread can start with.
        execArgv: [],
      });
      // A program that is done ends, whatever its loaders were about to read.
      thread.unref();
      return thread;
    });
  }

  /** The number of the current pass. */
  get pass(): number {
    return this.#pass;
  }

  /** Begins a pass; what is left of an earlier one is dropped. Waits until its last image is done with. */
  begin(): number {
    this.#pass = (this.#pass + 1) & 0x3fffffff;
    Atomics.store(this.#control, PASS, this.#pass);
    for (let slot = 0; slot < this.#slots.length; slot++) this.#settle(slot);
    return this.#pass;
  }

  /** Has a worker fill a slot that is not in use. */
  order(worker: number, order: Order): void {
    Atomics.store(this.#control, PASS + 1 + order.slot, SLOT_STATE.waiting);
    (this.#workers[worker] as Worker).postMessage(order);
  }

  /**
   * Waits for a slot that was ordered.
   *
   * @throws DataError naming image and file when an image can't be read, or when the thread has ended;
   * Error when the pass is no longer the current one.
   */
  take(pass: number, slot: number): { slot: Slot; count: number } {
    if (pass !== this.#pass) {
      throw new Error('Loader: this pass is over: the loader was closed, or began a newer one');
    }
    const count = this.#settle(slot);
    if (count === SLOT_STATE.failed) throw this.#errorOf(slot);
    if (count === SLOT_STATE.dead) throw new DataError('a loading thread ended before its work');
    return { slot: this.#slots[slot] as Slot, count };
  }

  /** Ends the threads. */
  close(): void {
    this.#pass = ENDED;
    for (const worker of this.#workers) void worker.terminate();
  }

  #settle(slot: number): number {
    const at = PASS + 1 + slot;
    if (Atomics.wait(this.#control, at, SLOT_STATE.waiting, PATIENCE) === 'timed-out') {
      throw new DataError(`a loading thread has been silent for ${PATIENCE / 1000} s`);
    }
    return Atomics.load(this.#control, at);
  }

  #errorOf(slot: number): Error {
    for (const port of this.#errorPorts) {
      for (;;) {
        const received = receiveMessageOnPort(port) as
          | { message: { slot: number; error: Error } }
          | undefined;
        if (!received) break;
        const { message } = received;
        if (message.slot === slot)
          return new DataError(message.error.message, { cause: message.error });
      }
    }
    return new DataError('a loading thread failed');
  }
}
