// What differs between an outcome and what PyTorch answered.
import { type DType, Tensor } from 'torch-js';
import { type Input, shapeOf } from './inputs.js';
import type { Outcome } from './replay.js';
import type { Case } from './table.js';

/**
 * How far values may be where other kernels made them: |actual - expected| <= atol + rtol * |expected|, as
 * torch.testing.assert_close has it. All other dtypes are exact.
 */
const TOLERANCES: Partial<Record<DType, { rtol: number; atol: number }>> = {
  float16: { rtol: 1e-3, atol: 1e-5 },
  bfloat16: { rtol: 1.6e-2, atol: 1e-5 },
  float32: { rtol: 1.3e-6, atol: 1e-5 },
  float64: { rtol: 1e-7, atol: 1e-7 },
  complex64: { rtol: 1.3e-6, atol: 1e-5 },
  complex128: { rtol: 1e-7, atol: 1e-7 },
};

/**
 * One line for each thing that differs.
 * @param exact - whether every bit must be equal, signs of zeros included
 */
export function differences(case_: Case, outcome: Outcome, exact: boolean): string[] {
  const found: string[] = [];
  compare('result', outcome.result ?? null, case_.result, exact, found);
  case_.changed?.forEach((expected, i) => {
    if (expected) compare(`argument ${i} afterwards`, outcome.given[i], expected, exact, found);
  });
  case_.gradients?.forEach((expected, i) => {
    compare(`gradient ${i}`, outcome.gradients[i] ?? null, expected, exact, found);
  });
  return found.map((line) => `${labelOf(case_)}: ${line}`);
}

export function labelOf({ op, args, keywords }: Pick<Case, 'op' | 'args' | 'keywords'>): string {
  const text = JSON.stringify(keywords ? [...args, keywords] : args);
  return `${op}(${text.length > 162 ? `${text.slice(1, 160)}…` : text.slice(1, -1)})`;
}

function compare(
  what: string,
  actual: unknown,
  expected: unknown,
  exact: boolean,
  found: string[],
): void {
  if (Array.isArray(expected)) {
    const items = Array.isArray(actual) ? actual : [];
    if (items.length !== expected.length) {
      found.push(`${what}: expected ${expected.length} items, got ${items.length}`);
    }
    expected.forEach((item, i) => {
      compare(`${what}[${i}]`, items[i], item, exact, found);
    });
  } else if (actual instanceof Tensor && isTensor(expected)) {
    found.push(...tensorDifferences(what, actual, expected, exact));
  } else if (isTensor(expected) || !Object.is(plain(actual), plain(expected))) {
    found.push(`${what}: expected ${JSON.stringify(expected)}, got ${String(actual)}`);
  }
}

const isTensor = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && 'data' in value;

// JSON's form of a value that is no tensor.
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'object' && value !== null && 'number' in value
    ? Number(value.number)
    : value;
}

function tensorDifferences(
  what: string,
  actual: Tensor,
  expected: Input,
  exact: boolean,
): string[] {
  const { dtype = 'float32', data = [] } = expected;
  const shape = shapeOf(expected);
  if (actual.dtype !== dtype) return [`${what}: expected dtype ${dtype}, got ${actual.dtype}`];
  if (String(actual.shape) !== String(shape)) {
    return [`${what}: expected shape [${shape}], got [${actual.shape}]`];
  }
  const values = Array.from(actual.toTypedArray() as ArrayLike<number | bigint>);
  const near = nearness(dtype, exact);
  const wrong = data.flatMap((value, i) => (near(values[i] as number | bigint, value) ? [] : [i]));
  if (wrong.length === 0) return [];
  const shown = wrong.slice(0, 3).map((i) => `at ${i} expected ${data[i]}, got ${values[i]}`);
  return [`${what}: ${wrong.length} of ${data.length} values differ: ${shown.join('; ')}`];
}

type Nearness = (actual: number | bigint, expected: number | string) => boolean;

function nearness(dtype: DType, exact: boolean): Nearness {
  const tolerance = TOLERANCES[dtype];
  if (dtype === 'int64') return (actual, expected) => actual === BigInt(expected);
  if (!tolerance) return (actual, expected) => actual === Number(expected);
  // float32's values are written with as few digits as name them.
  const single = dtype !== 'float64' && dtype !== 'complex128';
  return (actual, expected) => {
    const right = single ? Math.fround(Number(expected)) : Number(expected);
    if (exact || !Number.isFinite(right)) return Object.is(actual, right);
    return Math.abs(Number(actual) - right) <= tolerance.atol + tolerance.rtol * Math.abs(right);
  };
}
