// Writes arguments into the mailbox by their codes, and so finds out whether they fit a schema. The
// layout is the one that native/dispatch.cc reads.
import type { ArgumentDescription } from './addon.js';
import { parseDevice } from './device.js';
import { dtypeCode, isDType } from './dtype.js';
import { LAYOUTS, MEMORY_FORMATS } from './layout.js';
import { intern, numbers, reserve, writeBits } from './mailbox.js';
import type { Keywords, Overload } from './operators.js';
import { Generator } from './random.js';
import { Tensor } from './tensor.js';

/** The addon's codes of kinds (native/schema.h). */
export const Kind = {
  Tensor: 0,
  Scalar: 1,
  Int: 2,
  Float: 3,
  Bool: 4,
  String: 5,
  ScalarType: 6,
  Layout: 7,
  Device: 8,
  MemoryFormat: 9,
  Generator: 10,
} as const;

/** How a Scalar was written (native/dispatch.cc). */
export const ScalarTag = { None: 0, Number: 1, BigInt: 2, Boolean: 3, Complex: 4 } as const;

const MISFIT = -1;

/**
 * Writes the arguments into the mailbox as `overload` wants them; false where they do not fit it.
 * A misfit is no error: another overload may fit.
 */
export function argumentsFit(
  overload: Overload,
  given: unknown[],
  keywords: Keywords | undefined,
): boolean {
  const expected = overload.arguments;
  if (given.length > overload.positional) return false;
  let mask = 0;
  let at = 2;
  let named = 0;
  for (let i = 0; i < expected.length; i++) {
    const argument = expected[i] as ArgumentDescription;
    let value: unknown;
    if (i < given.length) {
      value = given[i];
    } else if (keywords !== undefined && argument.name in keywords) {
      value = keywords[argument.name];
      named++;
    }
    if (value === undefined) {
      if (!argument.hasDefault) return false;
      continue;
    }
    at = write(argument, value, at);
    if (at === MISFIT) return false;
    mask |= 1 << i;
  }
  if (keywords !== undefined && named !== Object.keys(keywords).length) return false;
  numbers[0] = overload.id;
  numbers[1] = mask >>> 0;
  return true;
}

/** Writes one argument at `at` and returns where the next one goes, or -1 where it does not fit. */
export function write(argument: ArgumentDescription, value: unknown, at: number): number {
  if (value === null) {
    if (!argument.optional) return MISFIT;
    numbers[at] = 0;
    return at + 1;
  }
  if (argument.list) return writeList(argument, value, at);
  const { code } = argument;
  // Tensors, Scalars and generators have a None of their own; other optional kinds are announced.
  if (
    argument.optional &&
    code !== Kind.Tensor &&
    code !== Kind.Scalar &&
    code !== Kind.Generator
  ) {
    numbers[at++] = 1;
  }
  return writeOne(code, value, at);
}

function writeOne(code: number, value: unknown, at: number): number {
  switch (code) {
    case Kind.Tensor:
      if (!(value instanceof Tensor)) return MISFIT;
      numbers[at] = value._liveHandle();
      return at + 1;
    case Kind.Scalar:
      return writeScalar(value, at);
    case Kind.Int:
      return writeInteger(value, at);
    case Kind.Float:
      if (typeof value !== 'number') return MISFIT;
      numbers[at] = value;
      return at + 1;
    case Kind.Bool:
      if (typeof value !== 'boolean') return MISFIT;
      numbers[at] = value ? 1 : 0;
      return at + 1;
    case Kind.String:
      if (typeof value !== 'string') return MISFIT;
      numbers[at] = intern(value);
      return at + 1;
    case Kind.ScalarType:
      if (!isDType(value)) return MISFIT;
      numbers[at] = dtypeCode(value);
      return at + 1;
    case Kind.Layout:
      return writeNamed(LAYOUTS, value, at);
    case Kind.MemoryFormat:
      return writeNamed(MEMORY_FORMATS, value, at);
    case Kind.Device: {
      const device = typeof value === 'string' ? parseDevice(value) : undefined;
      if (!device) return MISFIT;
      numbers[at] = device.type;
      numbers[at + 1] = device.index;
      return at + 2;
    }
    case Kind.Generator:
      if (!(value instanceof Generator)) return MISFIT;
      numbers[at] = value._handle;
      return at + 1;
    default:
      return MISFIT;
  }
}

function writeNamed(names: Record<string, number>, value: unknown, at: number): number {
  if (typeof value !== 'string' || !Object.hasOwn(names, value)) return MISFIT;
  numbers[at] = names[value] as number;
  return at + 1;
}

function writeScalar(value: unknown, at: number): number {
  if (typeof value === 'number') {
    numbers[at] = ScalarTag.Number;
    numbers[at + 1] = value;
  } else if (typeof value === 'boolean') {
    numbers[at] = ScalarTag.Boolean;
    numbers[at + 1] = value ? 1 : 0;
  } else if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) {
    numbers[at] = ScalarTag.BigInt;
    writeBits(at + 1, value);
  } else {
    return MISFIT;
  }
  return at + 2;
}

function writeInteger(value: unknown, at: number): number {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) return MISFIT;
    numbers[at] = value;
    return at + 1;
  }
  if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) return MISFIT;
  numbers[at] = Number.NaN;
  writeBits(at + 1, value);
  return at + 2;
}

function writeList(argument: ArgumentDescription, value: unknown, at: number): number {
  let items: readonly unknown[];
  if (Array.isArray(value)) items = value;
  else if (argument.size > 0) items = new Array(argument.size).fill(value);
  else return MISFIT;
  // At most two slots an item, and room for the arguments that follow.
  reserve(at + 2 * items.length + 128);
  if (argument.optional) numbers[at++] = 1;
  numbers[at++] = items.length;
  for (const item of items) {
    if (item === null && argument.optionalElement) numbers[at++] = 0;
    else at = writeOne(argument.code, item, at);
    if (at === MISFIT) return MISFIT;
  }
  return at;
}

/**
 * Writes lists of tensors from the mailbox's start, with room for `more` numbers; null stands for none.
 * @returns where the next number goes
 */
export function writeTensorLists(lists: readonly (readonly (Tensor | null)[])[], more = 0): number {
  reserve(lists.reduce((size, list) => size + 1 + list.length, more));
  let at = 0;
  for (const list of lists) {
    numbers[at++] = list.length;
    for (const tensor of list) numbers[at++] = tensor === null ? 0 : tensor._liveHandle();
  }
  return at;
}
