// Initialisation of parameters, in place and without autograd. After torch/nn/init.py.

import type { Generator, Tensor } from 'torch-js';
import * as torch from 'torch-js';

/** Draws from a generator of one's own; default: the device's default generator. */
export interface Draw {
  generator?: Generator;
}

export type Nonlinearity =
  | 'linear'
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leaky_relu'
  | 'selu';

export type FanMode = 'fan_in' | 'fan_out';

/** How new layers draw their weights: as torch 2, or as torch 0.3 and 0.4. */
export type Scheme = 'modern' | 'legacy';

export interface Kaiming extends Draw {
  /** Negative slope of the leaky ReLU that follows (default 0). */
  a?: number;
  /** Keep the variance of the forward pass (`fan_in`, default) or of the backward pass. */
  mode?: FanMode;
  /** Default 'leaky_relu'. */
  nonlinearity?: Nonlinearity;
}

let current: Scheme = 'modern';

/**
 * Layers that `make` builds are initialised by `scheme`; outside of such a call by `modern`. `legacy`, from
 * memory of torch 0.4's conv.py and batchnorm.py: weights of convolutions come from U(-b, b), b = 1 /
 * sqrt(in_channels * kh * kw) whatever their groups, and scales of normalisations from U(0, 1), not 1.
 */
export function with_scheme<T>(scheme: Scheme, make: () => T): T {
  const before = current;
  current = scheme;
  try {
    return make();
  } finally {
    current = before;
  }
}

/** The scheme that layers built now follow. */
export function scheme(): Scheme {
  return current;
}

/** Fills with draws from U(a, b). */
export function uniform_(tensor: Tensor, a = 0, b = 1, { generator }: Draw = {}): Tensor {
  return torch.no_grad(() => tensor.uniform_(a, b, { generator }));
}

/** Fills with draws from N(mean, std²). */
export function normal_(tensor: Tensor, mean = 0, std = 1, { generator }: Draw = {}): Tensor {
  return torch.no_grad(() => tensor.normal_(mean, std, { generator }));
}

export function constant_(tensor: Tensor, value: number): Tensor {
  return torch.no_grad(() => tensor.fill_(value));
}

export function ones_(tensor: Tensor): Tensor {
  return constant_(tensor, 1);
}

export function zeros_(tensor: Tensor): Tensor {
  return constant_(tensor, 0);
}

/** U(-b, b) with b = gain * sqrt(6 / (fan_in + fan_out)): Glorot & Bengio 2010. */
export function xavier_uniform_(tensor: Tensor, gain = 1, options: Draw = {}): Tensor {
  const bound = Math.sqrt(3) * xavierDeviation(tensor, gain);
  return uniform_(tensor, -bound, bound, options);
}

/** N(0, std²) with std = gain * sqrt(2 / (fan_in + fan_out)): Glorot & Bengio 2010. */
export function xavier_normal_(tensor: Tensor, gain = 1, options: Draw = {}): Tensor {
  return normal_(tensor, 0, xavierDeviation(tensor, gain), options);
}

/** U(-b, b) with b = gain * sqrt(3 / fan): He et al. 2015. An empty tensor stays as it is. */
export function kaiming_uniform_(tensor: Tensor, options: Kaiming = {}): Tensor {
  if (tensor.numel() === 0) return tensor;
  const bound = Math.sqrt(3) * kaimingDeviation(tensor, options);
  return uniform_(tensor, -bound, bound, options);
}

/** N(0, std²) with std = gain / sqrt(fan): He et al. 2015. An empty tensor stays as it is. */
export function kaiming_normal_(tensor: Tensor, options: Kaiming = {}): Tensor {
  if (tensor.numel() === 0) return tensor;
  return normal_(tensor, 0, kaimingDeviation(tensor, options), options);
}

/**
 * The factor by which a nonlinearity's weights are scaled to keep variances.
 *
 * @param slope - negative slope, for 'leaky_relu' only (default 0.01)
 */
export function calculate_gain(nonlinearity: Nonlinearity, slope = 0.01): number {
  switch (nonlinearity) {
    case 'linear':
    case 'conv1d':
    case 'conv2d':
    case 'conv3d':
    case 'sigmoid':
      return 1;
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.sqrt(2);
    case 'leaky_relu':
      return Math.sqrt(2 / (1 + slope ** 2));
    case 'selu':
      return 3 / 4;
    default:
      throw new RangeError(`calculate_gain: unsupported nonlinearity ${String(nonlinearity)}`);
  }
}

/**
 * Inputs that feed one output unit, and outputs that one input unit feeds.
 *
 * @param tensor - a weight [out, in, ...kernel] of at least 2 dimensions
 */
export function calculate_fan_in_and_fan_out(tensor: Tensor): [fan_in: number, fan_out: number] {
  const [outputs, inputs, ...kernel] = tensor.shape;
  if (outputs === undefined || inputs === undefined) {
    throw new RangeError(
      `Fan in and fan out can not be computed for tensor with fewer than 2 dimensions, got shape [${tensor.shape.join(', ')}]`,
    );
  }
  const field = kernel.reduce((product, length) => product * length, 1);
  return [inputs * field, outputs * field];
}

function xavierDeviation(tensor: Tensor, gain: number): number {
  const [fanIn, fanOut] = calculate_fan_in_and_fan_out(tensor);
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}

function kaimingDeviation(
  tensor: Tensor,
  { a = 0, mode = 'fan_in', nonlinearity = 'leaky_relu' }: Kaiming,
): number {
  const [fanIn, fanOut] = calculate_fan_in_and_fan_out(tensor);
  if (mode !== 'fan_in' && mode !== 'fan_out') {
    throw new RangeError(`kaiming: mode must be 'fan_in' or 'fan_out', got ${String(mode)}`);
  }
  return calculate_gain(nonlinearity, a) / Math.sqrt(mode === 'fan_in' ? fanIn : fanOut);
}
