// One pass over a loader: steps, their figures, and what is told of them on the way.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as torch from 'torch-js';
import type { Batch, Loader } from '../data/loader.js';
import { type Figures, Meter } from './accuracy.js';
import type { PassName, RunObserver } from './observer.js';
import type { Progress } from './progress.js';
import type { RunDirectory } from './run_directory.js';

/** What a run has beside its config. */
export interface RunContext {
  run: RunDirectory;
  progress: Progress;
  /** Aborted when the run is to stop after the step it is in. */
  signal: AbortSignal;
  /** The command line, for the manifest. */
  command: readonly string[];
  /** Is told of the run as it goes. */
  observer?: RunObserver;
}

/** The run was told to stop, and stopped after a whole step. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly code = 'ERR_INTERRUPTED';
}

export interface PassOptions {
  /** Names the pass to people: 'Search 1/3'. */
  label: string;
  /** Names the pass in timing.jsonl. */
  timing: Readonly<{ pass: PassName; epoch?: number }>;
  loader: Loader;
  device: string;
  /** Steps between two readings of the figures, which wait for the device. */
  report_freq: number;
  /** Runs in a scope that frees what it makes. */
  step(batch: Batch): { loss: torch.Tensor; logits: torch.Tensor };
  /** Gets the figures so far at every reading on the way. */
  report?(step: number, figures: Figures): void;
}

/**
 * Runs `step` on every batch.
 *
 * @returns the figures over all images, each as the network was when it came to that image.
 * @throws Interrupted after the step in which the signal was aborted.
 * @throws DivergedError when a reading finds the loss to be no number.
 */
export async function runPass(options: PassOptions, context: RunContext): Promise<Figures> {
  const { label, loader, device, report_freq, step, report } = options;
  const { progress, run, signal, observer } = context;
  using meter = new Meter(device);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let done = 0;
  const skippedBefore = loader.skipped;
  progress.begin(label, loader.length);
  try {
    for (using batch of loader) {
      torch.tidy(() => {
        const { loss, logits } = step(batch);
        meter.add(loss, logits, batch.labels);
      });
      if (done % report_freq === 0) observer?.step?.(options.timing.pass, done, meter);
      done += 1;
      if (done % report_freq === 0) {
        const figures = meter.read();
        report?.(done, figures);
        progress.advance(`${describe(figures)}  ${rate(meter.images / seconds())}`);
      } else {
        progress.advance();
      }
      // Lets the display be drawn and signals arrive: steps themselves never give way.
      await nextTurn();
      if (signal.aborted)
        throw new Interrupted(`stopped: ${label}, after step ${done} of ${loader.length}`);
    }
    const figures = meter.read();
    const skipped = loader.skipped - skippedBefore;
    if (skipped > 0) progress.line(`${label}: images left out, as they cannot be read: ${skipped}`);
    const images_per_second = meter.images / seconds();
    run.timing.append({ ...options.timing, seconds: seconds(), images_per_second });
    observer?.pass?.(options.timing.pass, figures);
    return figures;
  } finally {
    progress.end();
  }
}

/** Loss and accuracy for people. */
export function describe({ loss, top1 }: Figures): string {
  return `loss ${loss.toFixed(3)}  accuracy ${top1.toFixed(2)} %`;
}

function rate(images_per_second: number): string {
  return `${Math.round(images_per_second)} img/s`;
}
