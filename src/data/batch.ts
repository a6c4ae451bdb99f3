// Batches of images and labels as tensors on their device.

import * as torch from 'torch-js';

/** A batch on its device. It belongs to the scope it was drawn in, and can be freed sooner. */
export class Batch {
  /**
   * @param images float32 `[N, C, H, W]`, with TenCrop `[N, 10, C, H, W]`.
   * @param labels int64 `[N]`.
   */
  constructor(
    readonly images: torch.Tensor,
    readonly labels: torch.Tensor,
  ) {}

  /** Images in the batch. */
  get size(): number {
    return this.images.shape[0] as number;
  }

  [Symbol.dispose](): void {
    this.images.dispose();
    this.labels.dispose();
  }
}

/**
 * A batch of values that are copied, so that their memory can be used again at once. On its way to a GPU the
 * copy is one that the GPU fetches by itself (pinned), while the program goes on.
 *
 * @param values One image behind the other.
 * @param labels One an image.
 */
export function makeBatch(
  values: Float32Array,
  labels: BigInt64Array,
  image_shape: readonly number[],
  device: string,
): Batch {
  const shape = [labels.length, ...image_shape];
  return new Batch(
    onDevice(torch.tensor(values, { shape }), device),
    onDevice(torch.tensor(labels), device),
  );
}

/** @throws RangeError when batches are to go to a GPU and there is none: LibTorch would speak of pinned memory. */
export function requireDevice(device: string): void {
  if (!device.startsWith('cuda') || torch.cuda.is_available()) return;
  const reason = torch.cuda.problem() ?? 'there is no GPU that LibTorch can use';
  throw new RangeError(`Loader: device ${device}: ${reason}`);
}

function onDevice(tensor: torch.Tensor, device: string): torch.Tensor {
  if (device === 'cpu') return tensor;
  using own = tensor;
  if (!device.startsWith('cuda')) return own.to(device);
  using pinned = own.pin_memory();
  return pinned.to({ device, non_blocking: true });
}
