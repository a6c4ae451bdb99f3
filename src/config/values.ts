// The kinds of values a config has; each knows in words what it accepts.

import { z } from 'zod';

const expectations = new WeakMap<z.ZodType, string>();

/** The schema, which knows in words what it accepts. */
export function saying<T extends z.ZodType>(schema: T, expected: string): T {
  expectations.set(schema, expected);
  return schema;
}

/** What a value of this schema must be, to follow "expected"; undefined for a section. */
export function expectation(schema: z.ZodType): string | undefined {
  return expectations.get(unwrapped(schema));
}

/** The keys of a section with their schemas; undefined for a value. */
export function sectionKeys(schema: z.ZodType): Record<string, z.ZodType> | undefined {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodObject ? inner.shape : undefined;
}

/** The keys of `value`, which is to follow `schema`, with their schemas; undefined for what has none. */
export function keysOf(schema: z.ZodType, value: unknown): Record<string, z.ZodType> | undefined {
  const inner = unwrapped(schema);
  return inner instanceof z.ZodUnion
    ? keysOf(alternative(inner, value), value)
    : sectionKeys(inner);
}

/** The schema of what `value`, which is to follow `schema`, has at `key`; undefined for a key that is none. */
export function schemaAt(
  schema: z.ZodType,
  key: string | number,
  value: unknown,
): z.ZodType | undefined {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodUnion) return schemaAt(alternative(inner, value), key, value);
  if (inner instanceof z.ZodArray) return inner.element as z.ZodType;
  return keysOf(inner, value)?.[key];
}

/** The one that has the name of `value`; without a name, the one that is more than a word. */
function alternative(union: z.ZodUnion, value: unknown): z.ZodType {
  const options = union.options as z.ZodType[];
  const { name } = Object(value) as { name?: unknown };
  const hasName = (option: z.ZodType) => {
    const literal = sectionKeys(option)?.name;
    return literal instanceof z.ZodLiteral && literal.value === name;
  };
  return options.find(hasName) ?? (options.at(-1) as z.ZodType);
}

function unwrapped(schema: z.ZodType): z.ZodType {
  const wrapped =
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional;
  return wrapped ? unwrapped(schema.unwrap() as z.ZodType) : schema;
}

export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER) {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return saying(z.int().min(min).max(max), `a whole number ${range}`);
}

export function evenNumber(min: number) {
  return saying(z.int().min(min).multipleOf(2), `an even whole number of at least ${min}`);
}

export function number(min: number, max = Number.MAX_VALUE) {
  const range = max === Number.MAX_VALUE ? `of at least ${min}` : `from ${min} to ${max}`;
  return saying(z.number().min(min).max(max), `a number ${range}`);
}

export function positive() {
  return saying(z.number().gt(0), 'a number above 0');
}

export function anyNumber() {
  return saying(z.number(), 'a number');
}

export function share() {
  return saying(z.number().gt(0).max(1), 'a number above 0, at most 1');
}

export function fraction() {
  return saying(z.number().gt(0).lt(1), 'a number above 0 and below 1');
}

export function pair<T extends z.ZodType>(element: T) {
  return saying(z.tuple([element, element]), `a list of two, each ${expectation(element)}`);
}

/** A pair of which the second is no smaller. */
export function ascending<T extends z.ZodType<number>>(element: T) {
  const expected = `a list of two, each ${expectation(element)}, the larger one last`;
  const schema = z
    .tuple([element, element])
    .refine((pair) => (pair[0] as number) <= (pair[1] as number), { error: expected });
  return saying(schema, expected);
}

/** One a channel. */
export function numbers<T extends z.ZodType>(element: T) {
  return saying(z.array(element).min(1), `a list of one a channel, each ${expectation(element)}`);
}

export function oneOf<const T extends readonly string[]>(names: T) {
  return saying(z.enum(names), names.length > 1 ? `one of ${names.join(', ')}` : `${names[0]}`);
}

/** @param min 0 or 2 */
export function listOf<const T extends readonly string[]>(names: T, min: 0 | 2) {
  const least = min === 0 ? '' : ' of at least two';
  const expected = `a list${least}, all different, of ${names.join(', ')}`;
  const distinct = (list: readonly string[]) => new Set(list).size === list.length;
  const schema = z.array(z.enum(names)).min(min).refine(distinct, { error: expected });
  return saying(schema, expected);
}

export function flag() {
  return saying(z.boolean(), 'true or false');
}

export function either<const W extends string, T extends z.ZodType>(word: W, other: T) {
  return saying(z.union([z.literal(word), other]), `${word} or ${expectation(other)}`);
}

export function text(pattern: RegExp, expected: string) {
  return saying(z.string().regex(pattern), expected);
}
