// A thread that hears when a worker ends, whatever ended it: the loader's own, waiting for that worker, can't.

import { type MessagePort, workerData } from 'node:worker_threads';
import { begun, type Control, SLOT_STATE, THREAD_STATE } from './worker_pool.js';

const { control, lives } = workerData as { control: Control; lives: readonly MessagePort[] };

for (const [worker, life] of lives.entries()) {
  // Without it the ports would not keep this thread.
  life.ref();
  // The other end closes with its thread.
  life.on('close', () => {
    Atomics.store(control.threads, worker, THREAD_STATE.gone);
    Atomics.notify(control.threads, worker);
    for (let slot = worker; slot < control.slots.length; slot += lives.length) {
      Atomics.compareExchange(control.slots, slot, SLOT_STATE.waiting, SLOT_STATE.dead);
      Atomics.notify(control.slots, slot);
    }
  });
}
begun(control, lives.length);
