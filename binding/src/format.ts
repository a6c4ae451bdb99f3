// The text of a tensor, close to how PyTorch prints one.
import type { DType } from './dtype.js';

const EDGE_ITEMS = 3;
const THRESHOLD = 1000;
const PRECISION = 4;

/** `tensor([[1.0000, 2.5000]], dtype=float64)`; long dimensions are cut in the middle. */
export function formatTensor(
  shape: readonly number[],
  dtype: DType,
  device: string,
  elements: ArrayLike<unknown>,
): string {
  const cut = elements.length > THRESHOLD;
  const format = formatter(elements, dtype);
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const build = (dim: number, offset: number): string => {
    const size = shape[dim];
    if (size === undefined) return format(elements[offset]);
    const rows: string[] = [];
    for (let i = 0; i < size; i++) {
      if (cut && size > 2 * EDGE_ITEMS && i === EDGE_ITEMS) {
        rows.push('...');
        i = size - EDGE_ITEMS;
      }
      rows.push(build(dim + 1, offset + i * (strides[dim] as number)));
    }
    const last = dim === shape.length - 1;
    const gap = '\n'.repeat(Math.max(1, shape.length - 1 - dim));
    const separator = last ? ', ' : `,${gap}${' '.repeat('tensor('.length + dim + 1)}`;
    return `[${rows.join(separator)}]`;
  };
  const implied = dtype === 'float32' || dtype === 'int64' || dtype === 'bool';
  const notes = [implied ? '' : `, dtype=${dtype}`, device === 'cpu' ? '' : `, device='${device}'`];
  return `tensor(${build(0, 0)}${notes.join('')})`;
}

// Integers as they are; floats with four decimals, in scientific form where their range asks for it;
// all to one width.
function formatter(elements: ArrayLike<unknown>, dtype: DType): (value: unknown) => string {
  const plain = (value: unknown) =>
    typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
  if (!/float/.test(dtype)) return padded(elements, plain);
  const finite = Array.from(elements as ArrayLike<number>).filter(
    (value) => Number.isFinite(value) && value !== 0,
  );
  const sizes = finite.map(Math.abs);
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0);
  const smallest = sizes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const whole = finite.every(Number.isInteger);
  const scientific = largest > 1e8 || (!whole && (largest / smallest > 1000 || smallest < 1e-4));
  return padded(elements, (value) => {
    const number = value as number;
    if (Number.isNaN(number)) return 'nan';
    if (!Number.isFinite(number)) return number > 0 ? 'inf' : '-inf';
    if (scientific) return number.toExponential(PRECISION).replace(/e([+-])(\d)$/, 'e$10$2');
    return whole ? `${number.toFixed(0)}.` : number.toFixed(PRECISION);
  });
}

function padded(elements: ArrayLike<unknown>, format: (value: unknown) => string) {
  if (elements.length > THRESHOLD) return format;
  const width = Array.from(elements, (value) => format(value).length).reduce(
    (a, b) => Math.max(a, b),
    0,
  );
  return (value: unknown) => format(value).padStart(width);
}
