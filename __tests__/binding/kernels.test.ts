// The fused kernels by themselves: gradients against finite differences; wrong arguments are errors.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { expectGradients, leaf } from '../support/tensors.js';
import { type FanOutCase, fanOutArguments, leavesOf, running } from './kernel_arguments.js';

const plain: FanOutCase = {
  ...{ seed: 1, batch: 2, channels: 3, size: [4, 5], edges: 2, stride: 1, groups: 1 },
  ...{ passes: false, partial: true, training: true },
  primitives: ['none', 'skip_connect', 'max_pool_3x3', 'avg_pool_3x3', 'sep_conv_3x3'],
};
const fanOutCases: Record<string, FanOutCase> = {
  'all kinds of primitives': plain,
  'dilated, with factors of edges': {
    ...plain,
    passes: true,
    primitives: ['dil_conv_3x3', 'dil_conv_5x5'],
  },
  'stride 2, odd sizes': {
    ...plain,
    ...{ channels: 4, size: [5, 3], stride: 2 },
    primitives: ['skip_connect', 'sep_conv_5x5', 'dil_conv_3x3', 'max_pool_3x3', 'avg_pool_3x3'],
  },
  'dilated at stride 2, alone': { ...plain, stride: 2, primitives: ['dil_conv_5x5'] },
  'no convolution': { ...plain, primitives: ['skip_connect', 'max_pool_3x3', 'avg_pool_3x3'] },
  'partial channels, the first output a whole node': {
    ...plain,
    ...{ channels: 6, groups: 3, passes: true, size: [3, 3] },
  },
  'partial channels at stride 2, from nothing': {
    ...plain,
    ...{ channels: 4, groups: 2, passes: true, stride: 2, partial: false },
  },
  'in evaluation, the widest kernel, one image': {
    ...plain,
    ...{ batch: 1, size: [3, 2], training: false, edges: 1 },
    primitives: ['sep_conv_7x7', 'skip_connect', 'avg_pool_3x3'],
  },
};

test.each(Object.entries(fanOutCases))('gradients of fan_out: %s', (_, chosen) => {
  const { x, options } = fanOutArguments(chosen);
  const run = () => torch.cat(torch.kernels.fan_out(x, options));
  expectGradients(run, [x, ...leavesOf(options)]);
});

test('what is not asked for is left out, and the rest stays the same', () => {
  const { x, options } = fanOutArguments({ ...plain, passes: true });
  const all = [x, ...leavesOf(options)];
  const gradients = (inputs: Tensor[]) => {
    for (const input of all) input.requires_grad = inputs.includes(input);
    const loss = torch.cat(torch.kernels.fan_out(x, options)).square().sum();
    return torch.autograd.grad(loss, inputs).map((gradient) => gradient as Tensor);
  };
  const whole = gradients(all);
  const parts: Tensor[][] = [
    [x],
    [options.weights],
    [options.passes as Tensor],
    options.parameters,
  ];
  for (const part of parts) {
    for (const [i, gradient] of gradients(part).entries()) {
      const right = whole[all.indexOf(part[i] as Tensor)] as Tensor;
      expect(torch.equal(gradient, right)).toBe(true);
    }
  }
});

const convBn = (parameters: Tensor[], rest: Partial<torch.kernels.ConvBnOptions>) => {
  const channels = parameters.reduce((sum, weight) => sum + weight.size(0), 0);
  return {
    ...{ parameters, gamma: null, beta: null, running: running(channels) },
    ...{ relu: true, stride: 1, padding: 0, training: true, momentum: 0.1, eps: 1e-5 },
    ...rest,
  } satisfies torch.kernels.ConvBnOptions;
};
const factors = (channels: number) => ({ gamma: leaf([channels], 7), beta: leaf([channels], 8) });
const convBnCases = {
  '1x1': convBn([leaf([4, 3, 1, 1], 1)], factors(4)),
  'in evaluation': convBn([leaf([4, 3, 1, 1], 1)], { training: false, ...factors(4) }),
  '3x3 of stride 2, not rectified': convBn([leaf([5, 3, 3, 3], 2)], {
    ...{ relu: false, stride: 2, padding: 1 },
  }),
  '7x7': convBn([leaf([2, 3, 7, 7], 3)], { padding: 3 }),
  'two halves': convBn([leaf([2, 3, 1, 1], 4), leaf([3, 3, 1, 1], 5)], {
    stride: 2,
    ...factors(5),
  }),
};

test.each(Object.entries(convBnCases))('gradients of conv_bn: %s', (_, options) => {
  const { parameters, gamma, beta } = options;
  const x = leaf([2, 3, 3, 5], 6);
  const run = () => torch.kernels.conv_bn(x, options);
  expectGradients(run, [x, ...parameters, ...[gamma, beta].filter((factor) => factor !== null)]);
});

test('two edges of one row both count', () => {
  const { x, options } = fanOutArguments({ ...plain, partial: false });
  const twice = { ...options, rows: [1, 1] };
  expectGradients(() => torch.cat(torch.kernels.fan_out(x, twice)), [options.weights]);
});

const HUGE = 2 ** 52;
const zeros = (shape: number[], dtype: torch.DType = 'float64') => torch.zeros(shape, { dtype });
/** Of all values one; its memory is that of the one. */
const vast = (shape: number[]) => zeros([1, 1, 1, 1]).expand(shape);
const wrongImages: Record<string, () => unknown> = {
  'no tensor': () => null,
  '3 dimensions': () => zeros([6, 4, 5]),
  'no image': () => zeros([0, 6, 4, 5]),
  'no pixel': () => zeros([2, 6, 0, 5]),
  'other channels': () => zeros([2, 7, 4, 5]),
  integers: () => zeros([2, 6, 4, 5], 'int64'),
  float16: () => zeros([2, 6, 4, 5], 'float16'),
  'another dtype': () => zeros([2, 6, 4, 5], 'float32'),
  complex: () => zeros([2, 6, 4, 5], 'complex64'),
  sparse: () => zeros([2, 6, 4, 5]).to_sparse(),
  'no memory': () => zeros([2, 6, 4, 5]).to('meta'),
  negated: () => torch.imag(zeros([2, 6, 4, 5], 'complex128').conj()),
  'more images than memory': () => vast([2 ** 50, 6, 1, 1]),
  'more rows than memory': () => vast([1, 6, 2 ** 37, 1]),
};

describe('wrong arguments of fan_out are errors', () => {
  const valid = () => fanOutArguments({ ...plain, channels: 6, groups: 2, passes: true });
  type Options = torch.kernels.FanOutOptions;
  const wrong: Record<string, (options: Options) => Partial<Record<keyof Options, unknown>>> = {
    'weights of another shape': () => ({ weights: zeros([3, 4]) }),
    'weights in one dimension': () => ({ weights: zeros([15]) }),
    'weights of another dtype': () => ({ weights: zeros([3, 5], 'float32') }),
    'no weights': () => ({ weights: null }),
    'passes of another shape': () => ({ passes: zeros([2]) }),
    'sparse passes': () => ({ passes: zeros([3]).to_sparse() }),
    'too few sums': ({ partial }) => ({ partial: partial.slice(1) }),
    'sums of another shape': ({ partial }) => ({ partial: partial.map((p) => p.narrow(0, 0, 1)) }),
    'sums of another dtype': ({ partial }) => ({ partial: partial.map((p) => p.float()) }),
    'a sum that is none': ({ partial }) => ({ partial: [null, partial[1]] }),
    'too few parameters': ({ parameters }) => ({ parameters: parameters.slice(1) }),
    'too many parameters': ({ parameters }) => ({ parameters: [...parameters, ...parameters] }),
    'parameters in another order': ({ parameters }) => ({ parameters: [...parameters].reverse() }),
    'parameters of another dtype': ({ parameters: all }) => ({
      parameters: all.map((p) => p.float()),
    }),
    'too few running statistics': ({ running }) => ({ running: running.slice(3) }),
    'a third of a statistic': ({ running }) => ({ running: running.slice(1) }),
    'running statistics in another order': ({ running }) => ({ running: [...running].reverse() }),
    'strided running statistics': ({ running }) => ({
      running: running.map((r) => (r.dim() ? zeros([3, 2]).select(1, 0) : r)),
    }),
    'no edges': () => ({ rows: [], partial: [], parameters: [], running: [] }),
    'a row before the first': () => ({ rows: [-1, 0] }),
    'a row behind the last': () => ({ rows: [0, 3] }),
    'a row far behind it': () => ({ rows: [0, HUGE] }),
    'an unknown primitive': () => ({ primitives: ['none', 'none', 'none', 'none', 'conv_9x9'] }),
    'too few primitives': () => ({ primitives: ['none'] }),
    'stride 0': () => ({ stride: 0 }),
    'stride 3': () => ({ stride: 3 }),
    'another stride': () => ({ stride: 2 }),
    'a huge stride': () => ({ stride: HUGE }),
    'half a stride': () => ({ stride: 1.5 }),
    'no groups': () => ({ groups: 0 }),
    'groups that do not divide': () => ({ groups: 4 }),
    'negative groups': () => ({ groups: -2 }),
    'a huge count of groups': () => ({ groups: HUGE }),
    'another count of groups': () => ({ groups: 3 }),
    'less than nothing complete': () => ({ complete: -1 }),
    'more complete than there is': () => ({ complete: 3 }),
    'a momentum that is no number': () => ({ momentum: 'much' }),
  };

  test.each(Object.entries(wrong))('%s', (_, change) => {
    const { x, options } = valid();
    const changed = { ...options, ...change(options) } as Options;
    expect(() => torch.kernels.fan_out(x, changed)).toThrow();
  });

  test.each(Object.entries(wrongImages))('x: %s', (_, make) => {
    const { options } = valid();
    expect(() => torch.kernels.fan_out(make() as Tensor, options)).toThrow();
  });

  test('one value a channel in training', () => {
    const one: FanOutCase = { ...plain, batch: 1, size: [1, 1], partial: false };
    const { x, options } = fanOutArguments(one);
    expect(() => torch.kernels.fan_out(x, options)).toThrow('more than 1 value per channel');
    expect(torch.kernels.fan_out(x, { ...options, training: false })).toHaveLength(2);
  });

  test('x of another size at the backward pass', () => {
    const { x, options } = valid();
    const fixed = x.detach();
    const [output] = torch.kernels.fan_out(fixed, options);
    torch.no_grad(() => fixed.resize_([2, 6, 40, 50]));
    expect(() => (output as Tensor).sum().backward()).toThrow();
  });
});

describe('wrong arguments of conv_bn are errors', () => {
  const valid = () => convBn([leaf([4, 6, 3, 3], 1)], { padding: 1, ...factors(4) });
  type Options = torch.kernels.ConvBnOptions;
  const wrong: Record<string, Partial<Record<keyof Options, unknown>>> = {
    'no weight': { parameters: [] },
    'three weights': { parameters: [1, 2, 3].map((seed) => leaf([4, 6, 3, 3], seed)) },
    'a weight of other channels': { parameters: [zeros([4, 5, 3, 3])] },
    'a weight of another kernel': { parameters: [zeros([4, 6, 5, 5])] },
    'a weight of three dimensions': { parameters: [zeros([4, 6, 3])] },
    'an empty weight': { parameters: [zeros([0, 6, 3, 3])] },
    'a weight of another dtype': { parameters: [zeros([4, 6, 3, 3], 'float32')] },
    'a weight larger than memory': { parameters: [vast([2 ** 45, 6, 3, 3])] },
    'gamma without beta': { beta: null },
    'gamma of another shape': { gamma: zeros([5]) },
    'gamma of another dtype': { gamma: zeros([4], 'float32') },
    'beta of two dimensions': { beta: zeros([4, 1]) },
    'no running statistics': { running: [] },
    'running statistics of other channels': { running: running(5) },
    'a count in float': { running: [...running(4).slice(0, 2), zeros([])] },
    'stride 0': { stride: 0 },
    'a huge stride': { stride: HUGE },
    'negative padding': { padding: -1 },
    'another padding': { padding: 2 },
    'a huge padding': { padding: HUGE },
    'an infinite padding': { padding: Number.POSITIVE_INFINITY },
  };

  test.each(Object.entries(wrong))('%s', (_, changed) => {
    const options = { ...valid(), ...changed } as Options;
    expect(() => torch.kernels.conv_bn(leaf([2, 6, 4, 5], 2), options)).toThrow();
  });

  test.each(Object.entries(wrongImages))('x: %s', (_, make) => {
    expect(() => torch.kernels.conv_bn(make() as Tensor, valid())).toThrow();
  });

  test('x of another size at the backward pass', () => {
    const x = leaf([2, 6, 4, 5], 2).detach();
    const output = torch.kernels.conv_bn(x, valid());
    torch.no_grad(() => x.resize_([2, 6, 40, 50]));
    expect(() => output.sum().backward()).toThrow();
  });
});
