// A thread of a loader: fills batches in shared memory, in the order they are asked for. Never loads LibTorch.

import { parentPort, workerData } from 'node:worker_threads';
import { fillLater } from './batch_task.js';
import { type Draws, imageDraws, workerDraws } from './draws.js';
import { Pipeline } from './transforms.js';
import { type Order, PASS, type Setting, SLOT_STATE, type Slot } from './worker_pool.js';

const setting = workerData as Setting;
const pipeline = new Pipeline(setting.transforms);
const control = new Int32Array(setting.control);

let pass = -1;
let own: Draws | undefined;
let line: Promise<void> = Promise.resolve();

// Whoever waits for this thread can't hear its exit event: its slots say it.
process.on('exit', () => {
  for (let slot = setting.worker; slot < setting.slots.length; slot += setting.workers) {
    Atomics.compareExchange(control, PASS + 1 + slot, SLOT_STATE.waiting, SLOT_STATE.dead);
    Atomics.notify(control, PASS + 1 + slot);
  }
});

parentPort?.on('message', (order: Order) => {
  line = line.then(() => fill(order));
});

async function fill(order: Order): Promise<void> {
  const slot = setting.slots[order.slot] as Slot;
  if (order.pass !== pass) {
    pass = order.pass;
    own = order.shared_stream ? workerDraws(order.base_seed, setting.worker) : undefined;
  }
  const at = PASS + 1 + order.slot;
  try {
    const count = await fillLater(
      {
        source: setting.source,
        pipeline,
        on_error: setting.on_error,
        indices: order.indices,
        draws: (index) => own ?? imageDraws(order.base_seed, index),
        values: slot.values,
        places: slot.places,
      },
      () => Atomics.load(control, PASS) !== order.pass,
    );
    Atomics.store(control, at, count === undefined ? SLOT_STATE.abandoned : count);
  } catch (error) {
    setting.errors.postMessage({ slot: order.slot, error });
    Atomics.store(control, at, SLOT_STATE.failed);
  }
  Atomics.notify(control, at);
}
