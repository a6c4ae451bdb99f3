// Words for a call that no overload fits. Runs on failure alone.
import type { ArgumentDescription } from './addon.js';
import { write } from './arguments.js';
import { isComplexNumber } from './data.js';
import { show, typeError } from './errors.js';
import type { Keywords, Overload } from './operators.js';

/** The error for a call that fits none of the overloads: what is wrong beside the nearest one. */
export function explainMismatch(
  name: string,
  overloads: readonly Overload[],
  given: readonly unknown[],
  keywords: Keywords | undefined,
): TypeError {
  // Looks like keywords where it comes last, and like any object elsewhere: say what it is.
  if ([...given, keywords].some(isComplexNumber)) {
    return typeError(
      `${name}: a complex number cannot be an argument: make a tensor of it, torch.tensor({ re, im })`,
    );
  }
  let nearest = { fault: '', progress: -1 };
  for (const overload of overloads) {
    const found = firstFault(overload, given, keywords);
    if (found.progress > nearest.progress) nearest = found;
  }
  const schemas = overloads.map((overload) => `  ${overload.schema}`).join('\n');
  return typeError(`${name}: ${nearest.fault}\nIts signatures:\n${schemas}`);
}

// The first thing wrong with the arguments beside this overload, and how far they were right.
function firstFault(
  overload: Overload,
  given: readonly unknown[],
  keywords: Keywords | undefined,
): { fault: string; progress: number } {
  const unknown = Object.keys(keywords ?? {}).find(
    (key) => !overload.arguments.some((argument) => argument.name === key),
  );
  for (let i = 0; i < overload.arguments.length; i++) {
    const argument = overload.arguments[i] as ArgumentDescription;
    const value = i < given.length ? given[i] : keywords?.[argument.name];
    if (value === undefined) {
      if (argument.hasDefault) continue;
      return {
        fault: `argument '${argument.name}' (${typeName(argument)}) is missing`,
        progress: i,
      };
    }
    if (i < given.length && i >= overload.positional) break;
    if (write(argument, value, 1) < 0) {
      const fault = `argument '${argument.name}' must be ${typeName(argument)}, but got ${show(value)}`;
      return { fault, progress: i };
    }
  }
  const progress = overload.arguments.length;
  if (unknown !== undefined) return { fault: `there is no argument '${unknown}'`, progress };
  if (given.length > overload.positional) {
    const fault = `takes at most ${overload.positional} arguments by position, but got ${given.length}`;
    return { fault, progress: overload.positional };
  }
  const twice = overload.arguments.find(
    (argument, i) => i < given.length && keywords && argument.name in keywords,
  );
  return { fault: `argument '${twice?.name}' is given twice`, progress };
}

// 'Tensor', 'int[2]?', 'Tensor?[]': as schemas write it.
function typeName(argument: ArgumentDescription): string {
  const element = argument.optionalElement ? `${argument.kind}?` : argument.kind;
  const list = argument.list ? `${element}[${argument.size || ''}]` : element;
  return argument.optional ? `${list}?` : list;
}
