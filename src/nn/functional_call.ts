// functional_call: a module run on other tensors than its own. After torch/nn/utils/stateless.py.
import type { Tensor } from 'torch-js';
import type { Module } from './module.js';

/**
 * Calls `module` as if its parameters and buffers were `tensors`; those not named stay its own. The
 * module's own tensors are not written to, and are back when this returns or throws; what `forward`
 * writes into a buffer lands in the tensor given for it. Gradients of the output can be taken with
 * respect to `tensors`.
 *
 * @param tensors - by path, as in `state_dict`, and of the same shapes
 * @throws RangeError for a path that the module does not have
 */
export function functional_call<I extends unknown[], O>(
  module: Module<I, O>,
  tensors: ReadonlyMap<string, Tensor>,
  inputs: I,
): O {
  const own = module.state_dict();
  // By tensor, since one that the module holds twice has two paths.
  const pairs = new Map<Tensor, Tensor>();
  for (const [path, tensor] of tensors) {
    const held = own.get(path);
    if (held === undefined) {
      throw new RangeError(
        `functional_call: ${module.constructor.name} has no parameter or buffer '${path}'`,
      );
    }
    pairs.set(held, tensor);
  }
  for (const [held, tensor] of pairs) held._swap(tensor);
  try {
    return module.call(...inputs);
  } finally {
    for (const [held, tensor] of pairs) held._swap(tensor);
  }
}
