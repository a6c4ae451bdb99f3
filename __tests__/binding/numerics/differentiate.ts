// Gradients of a case by central finite differences, in float64.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { labelOf } from './compare.js';
import { type Input, weightsFor } from './inputs.js';
import { Arguments, callOperator, gradientsOf, resultsOf } from './replay.js';
import type { Call, Case } from './table.js';

const STEP = 1e-6;
/** Of the difference, beside max(1, |difference|): the step's rounding leaves about 1e-9. */
const TOLERANCE = 1e-6;

/** One line for each tensor whose gradient is not what finite differences give. */
export function gradientDifferences(case_: Case): string[] {
  const call = inDouble(case_) as Call;
  const { args, keywords, leaves } = new Arguments(call);
  const results = resultsOf(callOperator(call.op, args, keywords), args);
  const recorded = results.map((result) => result.requires_grad);
  const gradients = gradientsOf(results, leaves);
  const weights = results.filter((_, i) => recorded[i]).map((r, i) => realParts(weightsFor(r, i)));
  // sum(result * weights), of the leaves as they are now.
  const weighted = (): number =>
    torch.tidy(() => {
      const again = new Arguments(call, leaves);
      const values = resultsOf(callOperator(call.op, again.args, again.keywords), again.args)
        .filter((_, i) => recorded[i])
        .map(realParts);
      return values.reduce((sum, part, i) => sum + dot(part, weights[i] as number[]), 0);
    });
  const found: string[] = [];
  leaves
    .filter((leaf) => leaf.requires_grad)
    .forEach((leaf, i) => {
      const differences = torch.no_grad(() => differencesOf(weighted, leaf));
      const gradient = gradients[i];
      const actual = gradient ? realParts(gradient) : differences.map(() => 0);
      const wrong = differences.findIndex((difference, j) => {
        const error = Math.abs((actual[j] as number) - difference);
        return !(error <= TOLERANCE * Math.max(1, Math.abs(difference)));
      });
      if (wrong >= 0) {
        found.push(
          `${labelOf(case_)}: gradient ${i} at ${wrong} is ${actual[wrong]}, by differences ${differences[wrong]}`,
        );
      }
    });
  return found;
}

function differencesOf(weighted: () => number, leaf: Tensor): number[] {
  const parts = leaf.detach();
  const flat = (parts.is_floating_point() ? parts : torch.view_as_real(parts)).view([-1]);
  return realParts(leaf).map((value, i) => {
    const at = (moved: number): number => {
      flat.select(0, i).fill_(moved);
      return weighted();
    };
    const difference = (at(value + STEP) - at(value - STEP)) / (2 * STEP);
    flat.select(0, i).fill_(value);
    return difference;
  });
}

const realParts = (tensor: Tensor): number[] =>
  Array.from(tensor.toTypedArray() as ArrayLike<number | bigint>, Number);

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

// The same call with float64 where it has less, and complex128 where it has complex64.
function inDouble(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inDouble);
  if (typeof value !== 'object' || value === null) return value;
  if (!isInput(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inDouble(item)]));
  }
  const { dtype = 'float32' } = value;
  if (/^b?float/.test(dtype)) return { ...value, dtype: 'float64' };
  return dtype === 'complex64' ? { ...value, dtype: 'complex128' } : value;
}

const isInput = (value: object): value is Input => 'data' in value || 'shape' in value;
