// Runs one case with torch-js, as binding/tools/numerics/run.py runs it with PyTorch.

import * as torch from 'torch-js';
import { Tensor } from 'torch-js';
import { type Input, isInexact, makeTensor, weightsFor } from './inputs.js';
import type { Call, Case } from './table.js';

/** Everything that came of a call. */
export interface Outcome {
  result: unknown;
  /** The tensors given, in order, as they are afterwards. */
  given: Tensor[];
  gradients: (Tensor | null)[];
}

const functions = torch as unknown as Record<string, (...given: unknown[]) => unknown>;

/** Calls the operator as a program would: the function of that name, or else the method. */
export function callOperator(op: string, args: unknown[], keywords?: object): unknown {
  const given = keywords ? [...args, keywords] : args;
  const fn = functions[op];
  if (fn) return fn(...given);
  const [self, ...others] = given as [Record<string, (...given: unknown[]) => unknown>];
  const method = self[op];
  if (!method) throw new Error(`torch-js has no operator ${op}`);
  return method.call(self, ...others);
}

/** The arguments of a call, made anew; `leaves` are the tensors among them, which views and copies come from. */
export class Arguments {
  readonly leaves: Tensor[] = [];
  readonly given: Tensor[] = [];
  readonly args: unknown[];
  readonly keywords: Record<string, unknown> | undefined;

  /** @param leaves - the leaves of an earlier call, to call with the same ones again */
  constructor(
    private readonly call: Call,
    private readonly earlier?: readonly Tensor[],
  ) {
    this.args = call.args.map((value) => this.build(value));
    this.keywords =
      call.keywords &&
      Object.fromEntries(Object.entries(call.keywords).map(([key, v]) => [key, this.build(v)]));
  }

  private build(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.build(item));
    if (typeof value !== 'object' || value === null) return value;
    if ('bigint' in value) return BigInt(value.bigint as string);
    if ('number' in value) return Number(value.number);
    const input = value as Input;
    const leaf = this.earlier?.[this.leaves.length] ?? this.makeLeaf(input);
    this.leaves.push(leaf);
    let argument = input.permute ? leaf.permute(input.permute) : leaf;
    // A leaf that requires grad must not be written to; a copy of it may.
    if (this.call.op.endsWith('_')) argument = argument.clone();
    this.given.push(argument);
    return argument;
  }

  private makeLeaf(input: Input): Tensor {
    const leaf = makeTensor(input, this.leaves.length);
    const recorded = !(this.call.keywords && 'out' in this.call.keywords);
    if (recorded && input.grad !== false && isInexact(leaf.dtype)) leaf.requires_grad_(true);
    return leaf;
  }
}

export function replay(case_: Case): Outcome {
  const { args, keywords, given, leaves } = new Arguments(case_);
  const result = callOperator(case_.op, args, keywords);
  const gradients = case_.gradients ? gradientsOf(resultsOf(result, args), leaves) : [];
  return { result, given, gradients };
}

/** The tensors that a call gave; an operator that returns nothing wrote into its first argument. */
export function resultsOf(result: unknown, args: readonly unknown[]): Tensor[] {
  return tensorsIn(result ?? args[0]);
}

/** Of sum(result * weights) over all results, for each leaf that requires grad. */
export function gradientsOf(
  results: readonly Tensor[],
  leaves: readonly Tensor[],
): (Tensor | null)[] {
  const outputs = results.filter((result) => result.requires_grad);
  const inputs = leaves.filter((leaf) => leaf.requires_grad);
  return torch.autograd.grad(outputs, inputs, {
    grad_outputs: outputs.map(weightsFor),
    allow_unused: true,
  });
}

function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  return Array.isArray(value) ? value.flatMap(tensorsIn) : [];
}
