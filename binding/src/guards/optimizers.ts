// Guard of the fused optimizer steps, whose kernels walk all lists by the number, sizes and layout of the parameters.
import { show } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { firstFault, type Given, type Guard, misshapen } from './given.js';

/** Lists with a tensor like its parameter for each. */
const LIKE_PARAMETERS = [
  'grads',
  'exp_avgs',
  'exp_avg_sqs',
  'max_exp_avg_sqs',
  'momentum_buffer_list',
  'state_sums',
];

export const fusedStep: Guard = (given) => firstFault(faults(given));

function* faults(given: Given): Generator<string | undefined> {
  const params = given('self') as Tensor[];
  for (const [i, param] of params.entries()) yield overlapping(`self[${i}]`, param);
  for (const name of LIKE_PARAMETERS) {
    const list = given(name) as Tensor[] | undefined;
    if (!list || (list.length === 0 && isSpared(name, given))) continue;
    yield miscounted(name, list, params);
    for (const [i, param] of params.entries()) yield unlike(`${name}[${i}]`, list[i], param);
  }
  const steps = given('state_steps') as Tensor[] | undefined;
  if (!steps) return;
  yield miscounted('state_steps', steps, params);
  for (const [i, step] of steps.entries()) {
    if (step.numel() !== 1) yield `state_steps[${i}] must be one number, but has ${step.numel()}`;
  }
}

/** Whether a list stays empty where an option is not used. */
function isSpared(name: string, given: Given): boolean {
  if (name === 'max_exp_avg_sqs') return !given('amsgrad');
  return name === 'momentum_buffer_list' && given('momentum') === 0;
}

function miscounted(name: string, list: Tensor[], params: Tensor[]): string | undefined {
  if (list.length === params.length) return undefined;
  return `${name} must have ${params.length} tensors, one for each of self, but has ${list.length}`;
}

function unlike(name: string, tensor: Tensor | undefined, param: Tensor): string | undefined {
  if (!tensor) return undefined;
  const shape = misshapen(name, tensor, param.shape);
  if (shape) return shape;
  if (tensor.dtype !== param.dtype) return `${name} must be ${param.dtype}, but is ${tensor.dtype}`;
  if (tensor.stride().join() === param.stride().join()) return undefined;
  return `${name} must have the strides of its parameter, ${show(param.stride())}, but has ${show(tensor.stride())}`;
}

/** A kernel takes the elements for a row without gaps. */
function overlapping(name: string, param: Tensor): string | undefined {
  const strides = param.stride();
  const span = param.shape.reduce((end, size, dim) => end + (size - 1) * (strides[dim] ?? 0), 1);
  if (param.numel() === 0 || span === param.numel()) return undefined;
  return `${name} must lie in memory without gaps or overlaps, but has the strides ${show(strides)}`;
}
