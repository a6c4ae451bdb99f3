// A thread of a loader: fills batches in shared memory, in the order they are asked for. Never loads LibTorch.

import { parentPort, workerData } from 'node:worker_threads';
import { fillLater, fillNow } from './batch_task.js';
import { imageDraws, readDraws, type SharedDraws, workerDraws, writeDraws } from './draws.js';
import { Pipeline } from './transforms.js';
import {
  begun,
  type Failure,
  type Order,
  type Setting,
  SLOT_STATE,
  type Slot,
} from './worker_pool.js';

const setting = workerData as Setting;
const { source, corrupt_images, decoding, shared_stream, control } = setting;
const pipeline = new Pipeline(setting.transforms);

const always =
  <T>(value: T) =>
  () =>
    value;

let pass = -1;
let own: SharedDraws | undefined;
let line: Promise<void> = Promise.resolve();

parentPort?.on('message', (order: Order) => {
  line = line.then(() => work(order));
});
begun(control, setting.worker);

async function work(order: Order): Promise<void> {
  if (order.pass !== pass) {
    pass = order.pass;
    own = undefined;
  }
  let state: number;
  try {
    state = (await fill(order)) ?? SLOT_STATE.abandoned;
  } catch (error) {
    const failure: Failure = { pass: order.pass, slot: order.slot, error: error as Error };
    setting.errors.postMessage(failure);
    state = SLOT_STATE.failed;
  }
  Atomics.store(control.slots, order.slot, state);
  Atomics.notify(control.slots, order.slot);
}

async function fill(order: Order): Promise<number | undefined> {
  const slot = setting.slots[order.slot] as Slot;
  if (shared_stream) {
    if (order.generators) own = readDraws(order.generators);
    own ??= workerDraws(order.base_seed, setting.worker);
  }
  const task = {
    ...{ pipeline, indices: order.indices },
    draws: own ? always(own) : imageDraws(order.base_seed),
    values: slot.values,
    places: slot.places,
  };
  const stop = () => Atomics.load(control.pass, 0) !== order.pass;
  const images =
    source.kind === 'memory'
      ? fillNow({ ...task, source }, stop)
      : await fillLater({ ...task, source, corrupt_images, decoding }, stop);
  if (own) writeDraws(own, slot.generators);
  return images;
}
