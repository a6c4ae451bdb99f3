// Numbers to text, digit for digit as PyTorch prints them; after torch/_tensor_str.py.
import type { Complex, Element } from './data.js';
import { type DType, isComplex, isFloating } from './dtype.js';

const PRECISION = 4;

/** Turns elements into text; nearly all come out `width` long. */
export interface Formatter {
  width: number;
  format(value: Element): string;
}

/** A formatter made for `elements`, so that they line up. */
export function formatterFor(elements: ArrayLike<Element>, dtype: DType): Formatter {
  if (isComplex(dtype)) return complexFormatter(elements as ArrayLike<Complex>);
  if (isFloating(dtype)) return floatFormatter(elements as ArrayLike<number>);
  return aligned(Array.from(elements), (value) =>
    typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value),
  );
}

// Whole numbers end in a dot, others have four decimals; where the range is too wide for that, all are
// in scientific form. Zeros and what is not finite do not count.
function floatFormatter(elements: ArrayLike<number>): Formatter {
  const counted: number[] = [];
  let smallest = Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < elements.length; i++) {
    const value = elements[i] as number;
    if (value === 0 || !Number.isFinite(value)) continue;
    counted.push(value);
    smallest = Math.min(smallest, Math.abs(value));
    largest = Math.max(largest, Math.abs(value));
  }
  const whole = counted.every(Number.isInteger);
  const scientific = largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4;
  return aligned(counted, (value) => {
    const number = value as number;
    if (!Number.isFinite(number)) return String(number).replace('Infinity', 'inf').toLowerCase();
    if (scientific) return exponential(number);
    return whole ? `${fixed(number, 0)}.` : fixed(number, PRECISION);
  });
}

function complexFormatter(elements: ArrayLike<Complex>): Formatter {
  const re = floatFormatter(Array.from(elements, (value) => value.re));
  const im = floatFormatter(Array.from(elements, (value) => value.im));
  return {
    width: re.width + im.width + 1,
    format(value) {
      const parts = value as Complex;
      const imaginary = im.format(parts.im).trimStart();
      return `${re.format(parts.re)}${/^[+-]/.test(imaginary) ? '' : '+'}${imaginary}j`;
    },
  };
}

function aligned(counted: readonly Element[], text: (value: Element) => string): Formatter {
  const width = counted.reduce<number>((widest, value) => Math.max(widest, text(value).length), 1);
  return { width, format: (value) => text(value).padStart(width) };
}

function exponential(value: number): string {
  return rounded(value, PRECISION, (size, digits) =>
    size.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2'),
  );
}

function fixed(value: number, digits: number): string {
  return rounded(value, digits, (size, count) => size.toFixed(count));
}

// Enough digits to tell a tie from what merely looks like one.
const EXACT = 40;

// Python rounds a tie (0.03125 to four digits) to the even digit, JavaScript away from zero.
function rounded(
  value: number,
  digits: number,
  text: (size: number, digits: number) => string,
): string {
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '', exponent = ''] = text(size, digits + EXACT).split('e');
  const kept = mantissa.slice(0, mantissa.length - EXACT).replace(/\.$/, '');
  const tie = /^50*$/.test(mantissa.slice(mantissa.length - EXACT));
  if (tie && /[02468]$/.test(kept)) return `${sign}${kept}${exponent && `e${exponent}`}`;
  return sign + text(size, digits);
}
