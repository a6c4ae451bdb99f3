// Log lines as the original's scripts write them: Python's `logging` with its times, its % formats, and the
// same lines in log.txt.

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes to standard output, and to log.txt as soon as there is a folder for it. */
export class PythonLog {
  #file: string | undefined;
  #waiting = '';

  /** Lines from before are written there too. */
  open(folder: string): void {
    this.#file = join(folder, 'log.txt');
    appendFileSync(this.#file, this.#waiting);
  }

  /** `logging.info(format, ...values)`. */
  info(format: string, ...values: (string | number)[]): void {
    const line = `${stamp(new Date())} ${formatted(format, values)}\n`;
    process.stdout.write(line);
    if (this.#file === undefined) this.#waiting += line;
    else appendFileSync(this.#file, line);
  }
}

/** `'%m/%d %I:%M:%S %p'`: 11/25 09:05:07 AM. */
function stamp(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const time = [date.getHours() % 12 || 12, date.getMinutes(), date.getSeconds()]
    .map(two)
    .join(':');
  const half = date.getHours() < 12 ? 'AM' : 'PM';
  return `${two(date.getMonth() + 1)}/${two(date.getDate())} ${time} ${half}`;
}

/** Python's `format % values`, as far as the scripts use it: %s, %d, %03d, %e, %f. */
export function formatted(format: string, values: readonly (string | number)[]): string {
  const rest = [...values];
  return format.replace(/%(0?)(\d*)([sdef])/g, (_, zero: string, width: string, kind: string) => {
    const text = printed(rest.shift() as string | number, kind);
    return text.padStart(Number(width), zero || ' ');
  });
}

function printed(value: string | number, kind: string): string {
  if (kind === 'f') return Number(value).toFixed(6);
  if (kind === 'd') return String(Math.trunc(Number(value)));
  if (kind === 's') return String(value);
  // Exponents of at least two digits: 2.5e-2 is 2.500000e-02.
  return Number(value)
    .toExponential(6)
    .replace(/e([+-])(\d)$/, (_, sign, digit) => `e${sign}0${digit}`);
}
