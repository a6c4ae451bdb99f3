// What is held now, to be compared with what was held before.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as torch from 'torch-js';

/** Live tensors and their bytes: the parts of `memory()` that are the same whenever the same is held. */
export function held(): { tensors: number; bytes: number } {
  const { tensors, bytes } = torch.memory();
  return { tensors, bytes };
}

/** The engine's own way to collect, which programs have by an option. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

/** Bytes of live JavaScript objects. */
export function liveHeap(): number {
  collector()();
  return process.memoryUsage().heapUsed;
}

/**
 * Frees what earlier tests dropped, so that no finalizer of theirs runs between two looks at `held`:
 * test files share the table of tensors.
 */
export async function collectGarbage(): Promise<void> {
  const gc = collector();
  // The engine collects, and runs finalizers, in portions: all is gone when three rounds found nothing.
  for (let idle = 0; idle < 3; ) {
    const before = torch.memory().tensors;
    gc();
    await nextTurn();
    idle = torch.memory().tensors === before ? idle + 1 : 0;
  }
}

/** Collects garbage until `done` says so, 50 times at most: finalizers come when the engine likes. */
export async function collectGarbageUntil(done: () => boolean): Promise<void> {
  for (let i = 0; i < 50 && !done(); i++) await collectGarbage();
}
