// Options objects of functions written by hand; those of operators are checked beside their schema.
import { show, typeError } from './errors.js';

/** @throws TypeError where `options` is no object, or has a name that is not among `known`. */
export function requireOptions(caller: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw typeError(`${caller}: options must be an object, but got ${show(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw typeError(
      `${caller}: there is no option ${show(unknown)}; there are ${known.join(', ')}`,
    );
  }
}
