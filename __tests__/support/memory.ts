// What is held now, to be compared with what was held before.
import * as torch from 'torch-js';

/** Live tensors, their bytes, and all bytes allocated, graphs and gradients too; not the peak. */
export function held(): { tensors: number; bytes: number; allocated: number } {
  const { tensors, bytes, allocated } = torch.memory();
  return { tensors, bytes, allocated };
}
