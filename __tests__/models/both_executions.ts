// One network or cell, run plain and fused on the same numbers: everything that can differ, side by side.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { type Execution, setExecution } from '../../src/models/execution.js';
import type { AnyModule } from '../../src/nn/index.js';

/** Values by name: outputs, losses, gradients, buffers. */
export type Results = Map<string, Tensor>;

/**
 * Calls `run` under each execution from the same state of `module`.
 *
 * @param leaves what gradients are compared of, beside the module's parameters
 * @param run gives a scalar to derive, and what else is to be compared
 */
export function bothExecutions(
  module: AnyModule,
  leaves: Record<string, Tensor>,
  run: () => { loss: Tensor } & Record<string, Tensor>,
): Record<Execution, Results> {
  const initial = new Map(Array.from(module.state_dict(), ([name, t]) => [name, t.clone()]));
  const once = (execution: Execution): Results => {
    setExecution(module, execution);
    module.load_state_dict(initial);
    const derived = { ...leaves, ...Object.fromEntries(module.named_parameters()) };
    for (const leaf of Object.values(derived)) leaf.grad = null;
    const results: Results = new Map(Object.entries(run()));
    (results.get('loss') as Tensor).backward();
    for (const [name, leaf] of Object.entries(derived)) {
      if (leaf.grad) results.set(`gradient of ${name}`, leaf.grad);
    }
    for (const [name, buffer] of module.named_buffers()) results.set(name, buffer.clone());
    return results;
  };
  return { plain: once('plain'), fused: once('fused') };
}

/** The largest difference relative to max(1, the largest value), and where it is. */
export function largestDifference(a: Results, b: Results): { name: string; error: number } {
  if ([...a.keys()].join() !== [...b.keys()].join()) {
    throw new Error(`different results: ${[...a.keys()].join()} and ${[...b.keys()].join()}`);
  }
  let largest = { name: '', error: 0 };
  for (const [name, tensor] of a) {
    const error = torch.tidy(() => {
      const [x, y] = [tensor.to('float64'), (b.get(name) as Tensor).to('float64')];
      const difference = Number(x.sub(y).abs().max().item());
      return difference / Math.max(1, Number(y.abs().max().item()));
    });
    if (!(error <= largest.error)) largest = { name, error };
  }
  return largest;
}
