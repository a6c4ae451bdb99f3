// Guards of operators that follow what a tensor holds wherever it leads.
import { tidy } from '../scope.js';
import type { Tensor } from '../tensor.js';
import { elementsOf, type Guard, numberIn, optionalTensorIn, tensorIn } from './given.js';

/** Takes the targets for columns of log_probs. Those beyond a target's length are not read. */
export const ctcLoss: Guard = (given) => {
  const classes = tensorIn(given, 'log_probs').shape.at(-1) ?? 0;
  const targets = tensorIn(given, 'targets');
  const lengths = given('target_lengths') as Tensor | (number | bigint)[];
  const labels = elementsOf(targets);
  const isOutside = (label: number) => !(label >= 0 && label < classes);
  let end = 0;
  for (const [i, length] of (Array.isArray(lengths) ? lengths : elementsOf(lengths)).entries()) {
    const start = targets.ndim === 2 ? i * (targets.shape[1] as number) : end;
    end = start + Number(length);
    const bad = labels.slice(start, end).find(isOutside);
    if (bad !== undefined) return `targets must be from 0 to ${classes - 1}, but got ${bad}`;
  }
  return undefined;
};

/** Takes the offsets for places in the data; if `unsafe`, lengths too. */
export const segmentReduce: Guard = (given) => {
  if (given('unsafe') === true) return 'unsafe must be false';
  const offsets = optionalTensorIn(given, 'offsets');
  if (offsets === null) return undefined;
  const size = tensorIn(given, 'data').shape.at(numberIn(given, 'axis', 0)) ?? 0;
  const row = offsets.shape.at(-1) ?? 1;
  const bad = elementsOf(offsets).find(
    (offset, i, all) => !(offset <= size && offset >= (i % row === 0 ? 0 : (all[i - 1] as number))),
  );
  return bad === undefined ? undefined : `offsets must rise from 0 to ${size}, but got ${bad}`;
};

/** Hands them to LAPACK, which reads beyond the matrix where it does not end at such. */
export const finite: Guard = (given) => {
  const self = tensorIn(given, 'self');
  if (self.device === 'meta') return undefined;
  const allFinite = tidy(() => self.isfinite().all().item());
  return allFinite ? undefined : 'self must hold no infinity and no NaN';
};

/** Hurwitz's zeta function counts up from what is no whole number, one by one, until it is above 9: for hours. */
export const zeta: Guard = (given) => countsLong('other', given('other'));

/** Its derivatives from the second on are that function's. */
export const polygamma: Guard = (given) =>
  numberIn(given, 'n', 0) < 2 ? undefined : countsLong('self', given('self'));

const FAR = -(2 ** 32);

function countsLong(name: string, value: unknown): string | undefined {
  const isFar =
    typeof value === 'object'
      ? hasFar(value as Tensor)
      : Number(value) < FAR && !Number.isInteger(Number(value));
  return isFar ? `${name} must be at least ${FAR}, or whole` : undefined;
}

function hasFar(tensor: Tensor): boolean {
  if (!tensor.is_floating_point() || tensor.device === 'meta') return false;
  return tidy(() => tensor.lt(FAR).logical_and(tensor.frac().ne(0)).any().item() === true);
}

/** The smallest integer has no negative: for its division by -1 the processor stops the process. */
export const truncatedDivision: Guard = (given) => {
  const self = tensorIn(given, 'self');
  const other = given('other') as Tensor | number | bigint | boolean;
  const isCandidate = typeof other === 'object' || Number(other) === -1;
  if (given('rounding_mode') !== 'trunc' || !isCandidate || self.device === 'meta')
    return undefined;
  return tidy(() => {
    const by = typeof other === 'object' ? other : self.new_full([], -1);
    if (by.eq(-1).any().item() !== true) return undefined;
    const [dividends, divisors] = commonType(self, by);
    const smallest = SMALLEST[dividends.dtype];
    if (smallest === undefined) return undefined;
    const overflows = dividends.eq(smallest).logical_and(divisors.eq(-1)).any().item();
    return overflows ? `${smallest} / -1 does not fit ${dividends.dtype}` : undefined;
  });
};

const SMALLEST: Record<string, bigint> = { int32: -(2n ** 31n), int64: -(2n ** 63n) };

// As the division itself converts them; not at all where it will refuse them.
function commonType(a: Tensor, b: Tensor): [Tensor, Tensor] {
  try {
    const { dtype } = a.add(b);
    return [a.to(dtype), b.to(dtype)];
  } catch {
    return [a, b.new_full([], 0)];
  }
}
