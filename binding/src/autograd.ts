// torch.autograd: backward passes.
import { addon } from './addon.js';
import { writeTensorLists } from './arguments.js';
import { torchError } from './errors.js';
import { numbers, refresh } from './mailbox.js';
import { readTensorLists } from './results.js';
import type { Tensor } from './tensor.js';

export { AutogradFunction as Function, FunctionContext } from './function.js';
export * from './gradient_mode.js';

export interface BackwardOptions {
  /** Keep what the graph saved, for another pass. Default: `create_graph`. */
  retain_graph?: boolean;
  /** Record the pass itself, for higher derivatives. Default false. */
  create_graph?: boolean;
  /** Accumulate into these leaves alone. Default: all that the outputs depend on. */
  inputs?: readonly Tensor[];
}

export interface GradOptions extends Omit<BackwardOptions, 'inputs'> {
  /** Gradients of the outputs, shaped like them; null stands for 1 where the output is a scalar. */
  grad_outputs?: Tensor | readonly (Tensor | null)[] | null;
  /** Give null for inputs that the outputs do not depend on, in place of an error. Default false. */
  allow_unused?: boolean;
}

type Tensors = Tensor | readonly (Tensor | null)[] | null | undefined;

/**
 * Adds the gradients of `tensors` to the `grad` of the leaves they depend on (torch.autograd.backward).
 * @throws TorchError where a tensor that is no scalar has no gradient given, where nothing requires a
 * gradient, or where the graph was freed by an earlier pass.
 */
export function backward(
  tensors: Tensor | readonly Tensor[],
  grad_tensors?: Tensors,
  options: BackwardOptions = {},
): void {
  writeRequest(list(tensors), list(grad_tensors), options.inputs ?? [], options, false);
  try {
    addon.backward();
  } catch (error) {
    throw torchError(error, 'backward');
  }
}

/**
 * The gradients of `outputs` with respect to `inputs`, one for each input (torch.autograd.grad).
 * @throws TorchError as `backward` does, and where an input is unused without `allow_unused`.
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options?: GradOptions & { allow_unused?: false },
): Tensor[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options?: GradOptions,
): (Tensor | null)[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  const { grad_outputs, allow_unused = false } = options;
  writeRequest(list(outputs), list(grad_outputs), list(inputs), options, allow_unused);
  let grown: true | undefined;
  try {
    grown = addon.grad();
  } catch (error) {
    throw torchError(error, 'grad');
  }
  if (grown) refresh();
  return readTensorLists(1)[0] as (Tensor | null)[];
}

function list(tensors: Tensors): readonly (Tensor | null)[] {
  if (tensors === null || tensors === undefined) return [];
  return Array.isArray(tensors) ? tensors : [tensors as Tensor];
}

// The message that native/autograd.h describes.
function writeRequest(
  outputs: readonly (Tensor | null)[],
  gradOutputs: readonly (Tensor | null)[],
  inputs: readonly (Tensor | null)[],
  options: { retain_graph?: boolean; create_graph?: boolean },
  allowUnused: boolean,
): void {
  const at = writeTensorLists([outputs, gradOutputs, inputs], 3);
  numbers[at] = options.retain_graph === undefined ? -1 : Number(options.retain_graph);
  numbers[at + 1] = Number(options.create_graph ?? false);
  numbers[at + 2] = Number(allowUnused);
}
