// Guards of operators that take the shape of one tensor for granted from that of another.
import { show } from '../errors.js';
import type { Tensor } from '../tensor.js';
import {
  firstFault,
  type Given,
  type Guard,
  misshapen,
  numberIn,
  optionalTensorIn,
  tensorIn,
} from './given.js';

/** Reads a value of each for each channel. */
export const batchNorm: Guard = (given) => {
  const shape = [tensorIn(given, 'input').shape[1] ?? 0];
  const names = ['weight', 'bias', 'running_mean', 'running_var'];
  return firstFault(names.map((name) => misshapen(name, optionalTensorIn(given, name), shape)));
};

/** Takes it that the indices belong to bags: offsets say where each of those begins. */
export const embeddingBag: Guard = (given) => {
  const bags = tensorIn(given, 'offsets').numel() - (given('include_last_offset') ? 1 : 0);
  if (bags > 0 || tensorIn(given, 'indices').numel() === 0) return undefined;
  return 'offsets must have an element for each bag, but there are indices and no bag';
};

/** Its backward pass divides by the number of rows. */
export const pdist: Guard = (given) => {
  const self = tensorIn(given, 'self');
  return self.requires_grad && self.shape[0] === 0
    ? 'self must have rows where its gradient is wanted'
    : undefined;
};

/** Along the first or the last dimension, reads a value of g for each place. */
export const weightNorm: Guard = (given) => {
  const v = tensorIn(given, 'v');
  const g = tensorIn(given, 'g');
  const dim = numberIn(given, 'dim', 0);
  const size = v.shape[dim];
  if (size === undefined || (dim !== 0 && dim !== v.ndim - 1) || g.numel() === size) {
    return undefined;
  }
  return `g must have ${size} elements, but has the shape ${show(g.shape)}`;
};

/** Reads as many values as there are keys. */
export const attention: Guard = (given) => {
  const keys = tensorIn(given, 'key').shape.at(-2);
  const values = tensorIn(given, 'value').shape.at(-2);
  return keys === values
    ? undefined
    : `there must be as many values as keys, ${keys}, but are ${values}`;
};

/** The state of a Sobol sequence: 30 direction numbers for each dimension. */
const BITS = 30;
export const sobol: Guard = (given) => {
  const dimension = numberIn(given, 'dimension', 0);
  const state = [dimension, BITS];
  return firstFault([
    misshapen('sobolstate', optionalTensorIn(given, 'sobolstate'), state),
    misshapen('quasi', optionalTensorIn(given, 'quasi'), [dimension]),
    misshapen('ltm', optionalTensorIn(given, 'ltm'), [dimension, BITS, BITS]),
  ]);
};
export const sobolState: Guard = (given) =>
  misshapen('self', tensorIn(given, 'self'), [numberIn(given, 'dimension', 0), BITS]) ??
  sobol(given);
export const sobolPoint: Guard = (given) =>
  misshapen('self', tensorIn(given, 'self'), [numberIn(given, 'dimension', 0)]) ?? sobol(given);

/** Hands the weights to oneDNN, which reads them as if they had the shapes that the states ask for. */
export const lstm: Guard = (given) => firstFault(lstmFaults(given));

function* lstmFaults(given: Given): Generator<string | undefined> {
  const [h, c, ...others] = given('hx') as Tensor[];
  const params = given('params') as Tensor[];
  if (!h || !c || others.length > 0) {
    yield `hx must be two tensors, but are ${2 + others.length}`;
    return;
  }
  const layers = numberIn(given, 'num_layers', 1);
  const directions = given('bidirectional') ? 2 : 1;
  const cells = layers * directions;
  const [batch = 0, hidden = 0] = c.shape.slice(1);
  const output = h.shape[2] ?? 0;
  yield misshapen('hx[0]', h, [cells, batch, output]);
  yield misshapen('hx[1]', c, [cells, batch, hidden]);

  // A batch of sequences padded to one length, or, without padding, all their steps in a row.
  const padded = optionalTensorIn(given, 'input');
  const input = padded ?? tensorIn(given, 'data');
  const width = input.shape.at(-1) ?? 0;
  if (padded) {
    const [steps = 0, sequences = 0] = padded.shape;
    const shape = given('batch_first') ? [batch, sequences] : [steps, batch];
    yield misshapen('input', padded, [...shape, width]);
  }

  const weights = given('has_biases') ? 4 : 2;
  const each = output === hidden ? weights : weights + 1;
  if (params.length !== cells * each) {
    yield `params must be ${each} tensors for each of ${cells} cells, but are ${params.length}`;
    return;
  }
  for (const [i, param] of params.entries()) {
    const isFirst = i < directions * each;
    const shapes = [
      [4 * hidden, isFirst ? width : directions * output],
      [4 * hidden, output],
      [4 * hidden],
      [4 * hidden],
    ].slice(0, weights);
    yield misshapen(`params[${i}]`, param, shapes[i % each] ?? [output, hidden]);
  }
}
