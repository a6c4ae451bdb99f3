// Numbers and places as people read them.

import * as torch from 'torch-js';

/** 60000 as 60,000. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** How many numbers the tensors hold. */
export function countOf(tensors: readonly torch.Tensor[]): string {
  return grouped(tensors.reduce((sum, tensor) => sum + tensor.numel(), 0));
}

/** The device, and how many threads a CPU gives. */
export function placeOf(device: string): string {
  const threads = torch.get_num_threads();
  return device === 'cpu' ? `on ${threads} CPU thread${threads === 1 ? '' : 's'}` : `on ${device}`;
}
