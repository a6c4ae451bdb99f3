// What a guard is, and what guards read their operator's arguments with.
import { show } from '../errors.js';
import type { Tensor } from '../tensor.js';

/** An argument by the name that the schema gives it; undefined where it was left out. */
export type Given = (name: string) => unknown;

/** Says what is wrong with a call, where something is. The arguments are of the kinds that the schema wants. */
export type Guard = (given: Given) => string | undefined;

export function tensorIn(given: Given, name: string): Tensor {
  return given(name) as Tensor;
}

export function optionalTensorIn(given: Given, name: string): Tensor | null {
  return (given(name) ?? null) as Tensor | null;
}

export function numberIn(given: Given, name: string, otherwise: number): number {
  return Number(given(name) ?? otherwise);
}

/** The elements of a tensor, where it has some that can be looked at. */
export function elementsOf(tensor: Tensor): number[] {
  if (tensor.device === 'meta') return [];
  return Array.from(tensor.toTypedArray() as ArrayLike<number | bigint>, Number);
}

/** What is wrong, where the tensor has another shape. */
export function misshapen(
  name: string,
  tensor: Tensor | null | undefined,
  shape: readonly number[],
): string | undefined {
  if (!tensor || tensor.shape.join() === shape.join()) return undefined;
  return `${name} must have the shape ${show(shape)}, but has ${show(tensor.shape)}`;
}

/** The first thing that is wrong. */
export function firstFault(faults: Iterable<string | undefined>): string | undefined {
  for (const fault of faults) if (fault !== undefined) return fault;
  return undefined;
}
