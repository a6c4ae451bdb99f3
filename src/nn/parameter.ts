// Parameter and Buffer: the tensors that a module owns. After torch/nn/parameter.py.
import type { DType, Tensor } from 'torch-js';
import * as torch from 'torch-js';

/** Where tensors live and what they hold; what is left out stays as it is. */
export interface Placement {
  device?: string;
  dtype?: DType;
}

/** The placement that a string stands for: a device such as 'cuda:0', or a dtype such as 'float64'. */
export function placementOf(target: string | Placement): Placement {
  if (typeof target !== 'string') return target;
  return torch.isDType(target) ? { dtype: target } : { device: target };
}

/** What Parameter and Buffer share: they outlive every scope, and stay themselves when moved. */
abstract class ModuleTensor extends torch.Tensor {
  constructor(data: Tensor) {
    super(data);
    torch.keep(this);
  }

  /**
   * Moves and converts in place: the object stays the one that modules and optimizers hold, the
   * gradient comes along. A dtype applies to floating-point tensors only, as in PyTorch's
   * `Module.to`.
   */
  to_(target: string | Placement): this {
    const wanted = placementOf(target);
    const device = wanted.device ?? this.device;
    const dtype = (this.is_floating_point() && wanted.dtype) || this.dtype;
    if (device === this.device && dtype === this.dtype) return this;
    torch.tidy(() => {
      const { grad, requires_grad } = this;
      this._replace(this.detach().to({ device, dtype }));
      this.requires_grad_(requires_grad);
      if (grad !== null) this.grad = grad.to({ device, dtype });
    });
    return this;
  }
}

/**
 * A tensor that is trained. As an own property of a Module it is in `parameters()` and
 * `state_dict()`; in an array or a `#private` field it is not, as architecture parameters need it.
 *
 * Lives until `dispose()`, also when made inside `torch.tidy`.
 */
export class Parameter extends ModuleTensor {
  /**
   * Takes over `data`, which is left disposed: no copy, and no second handle.
   *
   * @param data - a leaf; detach() the result of a computation first
   */
  constructor(data: Tensor, requires_grad = true) {
    if (!data.is_leaf) {
      throw new TypeError(
        'Parameter: data must be a leaf, got the result of a differentiable computation; pass data.detach()',
      );
    }
    if (requires_grad && !data.is_floating_point()) {
      throw new TypeError(
        `Parameter: data must be floating point to require grad, got ${data.dtype}`,
      );
    }
    super(data);
    this.requires_grad_(requires_grad);
  }
}

/**
 * A tensor that is saved but not trained, such as running statistics. As an own property of a
 * Module it is in `buffers()` and `state_dict()`. Takes over `data`, which is left disposed.
 */
export class Buffer extends ModuleTensor {}
