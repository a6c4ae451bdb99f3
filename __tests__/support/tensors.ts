// Comparing tensors with lists of numbers, and gradients with finite differences.
import { expect } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';

/** Values in row-major order, whatever the dtype. */
export function valuesOf(tensor: Tensor): number[] {
  return Array.from(tensor.toTypedArray() as ArrayLike<number | bigint>, Number);
}

/** Same number of values, each within `tolerance` * max(1, |expected|). */
export function expectClose(actual: Tensor, expected: readonly number[], tolerance = 1e-6): void {
  const values = valuesOf(actual);
  expect(values).toHaveLength(expected.length);
  const wrong = values.filter((value, i) => {
    const right = expected[i] as number;
    return !(Math.abs(value - right) <= tolerance * Math.max(1, Math.abs(right)));
  });
  if (wrong.length > 0) expect(values).toEqual(expected);
}

/**
 * Checks the gradients that autograd gives for `fn` against central differences, in float64.
 *
 * @param fn - a function of `inputs` with a result of any shape, smooth around them
 * @param inputs - float64 leaves that require grad
 */
export function expectGradients(fn: (...inputs: Tensor[]) => Tensor, inputs: Tensor[]): void {
  const weighted = (): Tensor => {
    const output = fn(...inputs);
    // Unequal weights, so that errors of opposite sign can't cancel out.
    const weights = torch.arange(1, output.numel() + 1, { dtype: 'float64' }).sin();
    return output.flatten().mul(weights).sum();
  };
  weighted().backward();
  const step = 1e-6;
  for (const input of inputs) {
    const flat = torch.no_grad(() => input.view([-1]));
    const differences = valuesOf(input).map((value, i) => {
      const at = (moved: number): number =>
        torch.no_grad(() => {
          flat.select(0, i).fill_(moved);
          return Number(weighted().item());
        });
      const difference = (at(value + step) - at(value - step)) / (2 * step);
      at(value);
      return difference;
    });
    expectClose(input.grad as Tensor, differences, 1e-7);
  }
}

/** A float64 leaf with values that are neither equal nor ordered, away from kinks at 0. */
export function leaf(shape: number[], seed: number): Tensor {
  const generator = new torch.Generator();
  generator.manual_seed(seed);
  return torch.randn(shape, { dtype: 'float64', requires_grad: true, generator });
}
