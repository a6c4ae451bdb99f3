// Calls LibTorch's operators: finds the overload that fits the arguments, writes them into the mailbox,
// enters C++, reads the results. One table of codes serves every operator.
import { type ArgumentDescription, addon, type ReturnDescription } from './addon.js';
import { argumentsFit } from './arguments.js';
import { rangeError, torchError } from './errors.js';
import { overloads as overloadTable } from './generated/overloads.js';
import { type Guard, guards } from './guards.js';
import { numbers, refresh } from './mailbox.js';
import { explainMismatch } from './mismatch.js';
import { readResults } from './results.js';
import { Tensor } from './tensor.js';

/** One overload of an operator, compiled by the addon. */
export interface Overload {
  id: number;
  /** As the dispatcher prints it: `aten::relu(Tensor self) -> Tensor`. */
  schema: string;
  arguments: ArgumentDescription[];
  returns: ReturnDescription[];
  /** How many arguments may be given by position. */
  positional: number;
}

/** Arguments given by name. */
export type Keywords = Record<string, unknown>;

/** An operator with all its overloads, in the order in which PyTorch tries them. */
export class Operator {
  private overloads: Overload[] | undefined;
  private readonly guard: Guard | undefined;
  /** With its library: `aten::relu`. */
  private readonly qualified: string;

  constructor(readonly name: string) {
    this.qualified = name.includes('::') ? name : `aten::${name}`;
    this.guard = Object.hasOwn(guards, name) ? guards[name] : undefined;
  }

  /**
   * Calls the first overload that the arguments fit. A trailing plain object holds arguments by name.
   * @throws TypeError where no overload fits, TorchError where LibTorch refuses, RangeError where it
   * would not survive the call.
   */
  call(given: unknown[]): unknown {
    const keywords = takeKeywords(given);
    while (given.length > 0 && given[given.length - 1] === undefined) given.pop();
    const overloads = this.overloads ?? this.resolve();
    for (const overload of overloads) {
      if (!argumentsFit(overload, given, keywords)) continue;
      if (this.guard !== undefined) this.check(this.guard, overload, given, keywords);
      return this.run(overload, given, keywords);
    }
    throw explainMismatch(this.name, overloads, given, keywords);
  }

  /** The overloads of this LibTorch, compiled at first use. */
  resolve(): Overload[] {
    const resolved: Overload[] = [];
    const names = overloadTable[this.name]?.split(' ') ?? addon.overloads(this.qualified);
    for (const name of names) {
      const description = addon.resolve(this.qualified, name);
      if (!description) continue;
      const positional = description.arguments.filter((argument) => !argument.keywordOnly).length;
      resolved.push({ ...description, positional });
    }
    if (resolved.length === 0) {
      throw new Error(`LibTorch ${addon.version} has no operator ${this.qualified}`);
    }
    this.overloads = resolved;
    return resolved;
  }

  private check(
    guard: Guard,
    overload: Overload,
    given: unknown[],
    keywords: Keywords | undefined,
  ): void {
    const fault = guard((name) => {
      const place = overload.arguments.findIndex((argument) => argument.name === name);
      return place < given.length ? given[place] : keywords?.[name];
    });
    if (fault !== undefined) throw rangeError(`${this.name}: ${fault}`);
    // The guard looked at tensors, which went through the mailbox.
    argumentsFit(overload, given, keywords);
  }

  private run(overload: Overload, given: unknown[], keywords: Keywords | undefined): unknown {
    let grown: true | undefined;
    try {
      grown = addon.call();
    } catch (error) {
      refresh(); // it may have grown before the failure
      throw torchError(error, this.qualified, shapesOf(given));
    }
    if (grown) refresh();
    const { returns } = overload;
    // The common case, without a loop: one new tensor.
    if (
      returns.length === 1 &&
      returns[0]?.code === 0 &&
      !returns[0].list &&
      returns[0].sameAs < 0
    ) {
      const handle = numbers[0] as number;
      return handle === 0 ? null : new Tensor(handle);
    }
    return readResults(overload, given, keywords);
  }
}

/** Removes a trailing plain object from the arguments and returns it. */
function takeKeywords(given: unknown[]): Keywords | undefined {
  const last = given[given.length - 1];
  if (!isKeywords(last)) return undefined;
  given.pop();
  return last;
}

// A plain object, of whatever realm: one without a prototype, or whose prototype has none.
function isKeywords(value: unknown): value is Keywords {
  if (typeof value !== 'object' || value === null || value instanceof Tensor) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function shapesOf(given: unknown[]): number[][] {
  return given
    .flat()
    .filter((value): value is Tensor => value instanceof Tensor && !value.disposed)
    .map((tensor) => tensor.shape);
}

const operators = new Map<string, Operator>();

/** The operator `aten::name`; with its library before it, `library::name`. */
export function operator(name: string): Operator {
  let found = operators.get(name);
  if (!found) {
    found = new Operator(name);
    operators.set(name, found);
  }
  return found;
}

/** The function that calls `aten::name`. */
export function operatorFunction(name: string): (...given: unknown[]) => unknown {
  const called = operator(name);
  return (...given) => called.call(given);
}

/** The function that makes a tensor by `aten::name`; the option `requires_grad` has autograd record it. */
export function factoryFunction(name: string): (...given: unknown[]) => unknown {
  const called = operator(name);
  return (...given) => {
    const last = given[given.length - 1];
    if (!isKeywords(last) || !('requires_grad' in last)) return called.call(given);
    const { requires_grad, ...others } = last;
    given[given.length - 1] = others;
    const made = called.call(given) as Tensor;
    return requires_grad ? operator('requires_grad_').call([made]) : made;
  };
}

/** The method that calls `aten::name` with `this` as the argument at `position`. */
export function operatorMethod(
  name: string,
  position: number,
): (this: Tensor, ...given: unknown[]) => unknown {
  const called = operator(name);
  return function (...given) {
    if (position === 0) given.unshift(this);
    else given.splice(position, 0, this);
    return called.call(given);
  };
}
