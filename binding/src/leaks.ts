// Finding what was never freed: a switch that records where each tensor is made, and a report.
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recordedOrigins, recordOrigins } from './scope.js';
import { Tensor } from './tensor.js';

// This package's folder: with source maps, frames of its code lie in src/, without in dist/.
const packageFolder = dirname(dirname(fileURLToPath(import.meta.url))) + sep;

/**
 * Records, from now on, where each tensor is made, for `leak_report`. Costs a stack trace a tensor and
 * keeps every one of them from garbage collection: for debugging. False ends it and forgets.
 */
export function track_tensors(enabled = true): void {
  recordOrigins(enabled);
}

/**
 * The tensors made since `track_tensors` that are live now, counted by the line that made them, the most
 * first: `3 live tensors\n  2 x [4, 4] float32, made at train.ts:12:20 …`.
 * @throws Error where tensors are not tracked.
 */
export function leak_report(): string {
  const origins = recordedOrigins();
  if (!origins) throw new Error('leak_report: call track_tensors() before the tensors are made');
  const counts = new Map<string, number>();
  let live = 0;
  for (const [handle, stack] of origins) {
    if (!(handle instanceof Tensor) || handle.disposed) continue;
    live++;
    const line = `[${handle.shape.join(', ')}] ${handle.dtype}, made ${callerIn(stack)}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  const lines = [...counts].sort(([, a], [, b]) => b - a).map(([line, n]) => `  ${n} x ${line}`);
  return [`${live} live tensors`, ...lines].join('\n');
}

// The innermost line of a stack that is not this package's.
function callerIn(stack: string): string {
  const frames = stack.split('\n').slice(1);
  return (frames.find((frame) => !frame.includes(packageFolder)) ?? 'in torch-js').trim();
}
