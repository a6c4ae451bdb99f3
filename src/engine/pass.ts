// One pass over a loader: steps, their figures, and what is told of them on the way.

import { setImmediate as nextTurn } from 'node:timers/promises';
import * as torch from 'torch-js';
import type { Batch } from '../data/batch.js';
import { type Figures, Meter, type MeterState } from './accuracy.js';
import type { PassName, RunObserver } from './observer.js';
import {
  DivergedError,
  describeSeen,
  isSound,
  type Outcome,
  read,
  type Seen,
  soundLoss,
} from './outcome.js';
import type { Progress } from './progress.js';
import type { RunDirectory } from './run_directory.js';
import type { Batches } from './source.js';
import { Stopwatch } from './stopwatch.js';
import { type Learned, Undo } from './undo.js';

/** What a run has beside its config. */
export interface RunContext {
  run: RunDirectory;
  progress: Progress;
  /** Aborted when the run is to stop after the step it is in; the reason may name a signal. */
  signal: AbortSignal;
  /** The command line, for the manifest. */
  command: readonly string[];
  /** Is told of the run as it goes. */
  observer?: RunObserver;
}

/** What a pass needs of it: without a run nothing is written down. */
export type PassContext = Pick<RunContext, 'progress' | 'signal' | 'observer'> &
  Partial<Pick<RunContext, 'run'>>;

/** The run was told to stop, and stopped after a whole step. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly code = 'ERR_INTERRUPTED';

  /** @param signal What told it to, such as SIGTERM. */
  constructor(
    message: string,
    readonly signal: unknown,
  ) {
    super(message);
  }
}

export interface PassOptions {
  /** Names the pass to people: 'Search 1/3'. */
  label: string;
  /** Names the pass in timing.jsonl. */
  timing: Readonly<{ pass: PassName; epoch?: number }>;
  loader: Batches;
  device: string;
  /** Steps between two readings of the figures, which wait for the device. */
  report_freq: number;
  /** Runs in a scope that frees what it makes. */
  step(batch: Batch, watch: Stopwatch): Outcome;
  /** Gets the figures so far at every reading on the way. */
  report?(step: number, figures: Figures): void;
}

/** A pass that learns: it can be left and gone on with, and its steps can be taken back. */
export interface LearningPass extends PassOptions {
  /** What its steps move. */
  learned: Learned;
}

/** How a learning pass is looked after. */
export interface Keeping {
  /** Where it stood when it was left, if it was; the loader stands there already. */
  begun: { step: number; passed: boolean; meter: MeterState } | null;
  /** Called after every step; `passed`: after the last. */
  after(step: number, meter: Meter, passed: boolean): void;
  /** Whether a step that went wrong may be left out. */
  forgives: boolean;
  /** Called for each that was; throws when they are too many. */
  forgive(step: number, seen: Seen): void;
}

/**
 * Runs `step` on every batch.
 *
 * @returns the figures over all images, each as the network was when it came to that image.
 * @throws Interrupted after the step in which the signal was aborted.
 * @throws DivergedError when the loss is no number: on a CPU after that step, on a GPU at the next reading.
 */
export async function runPass(
  options: PassOptions & Partial<Pick<LearningPass, 'learned'>>,
  context: PassContext,
  keeping?: Keeping,
): Promise<Figures> {
  const { label, loader, device, report_freq, learned } = options;
  const { progress, run, signal, observer } = context;
  const begun = keeping?.begun;
  using meter = new Meter(device, begun?.meter);
  const watch = new Stopwatch(device);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const skippedBefore = loader.skipped;
  const rate = () => (meter.images - (begun?.meter.images ?? 0)) / seconds();
  let done = begun?.step ?? 0;
  const isRead = (step: number) => step % report_freq === 0;
  const readMeter = () => {
    try {
      return meter.read();
    } catch (error) {
      if (!(error instanceof DivergedError)) throw error;
      throw new DivergedError(`${label}, by step ${done} of ${loader.length}: ${error.message}`);
    }
  };
  progress.begin(label, loader.length, done);
  try {
    watch.begin(isRead(done + 1));
    for (using batch of begun?.passed ? [] : loader) {
      watch.lap('data');
      using undo = keeping?.forgives && learned ? new Undo(learned) : null;
      const seen = stepOf(options, batch, meter, watch, undo !== null);
      done += 1;
      if (seen && !isSound(seen)) {
        if (!undo) throw diverged(label, done, loader.length, seen);
        undo.run();
        keeping?.forgive(done, seen);
      }
      if (observer?.step && isRead(done - 1) && meter.images > 0) {
        observer.step(options.timing.pass, done - 1, readMeter());
      }
      const figures = isRead(done) && meter.images > 0 ? readMeter() : null;
      if (figures) options.report?.(done, figures);
      progress.advance(figures ? `${describe(figures)}  ${Math.round(rate())} img/s` : undefined);
      // Lets the display be drawn and signals arrive: steps themselves never give way.
      await nextTurn();
      keeping?.after(done, meter, false);
      if (signal.aborted) {
        const message = `stopped: ${label}, after step ${done} of ${loader.length}`;
        throw new Interrupted(message, signal.reason);
      }
      watch.end();
      watch.begin(isRead(done + 1));
    }
    const figures = readMeter();
    const skipped = loader.skipped - skippedBefore;
    if (skipped > 0) progress.line(`${label}: images left out, as they cannot be read: ${skipped}`);
    keeping?.after(done, meter, true);
    run?.timing.append({
      ...options.timing,
      seconds: seconds(),
      images_per_second: rate(),
      ...watch.parts(),
    });
    observer?.pass?.(options.timing.pass, figures);
    return figures;
  } finally {
    progress.end();
  }
}

/** Does a step. @returns its scalars where they are looked at: where nothing waits for that, or must. */
function stepOf(
  { step, device }: PassOptions,
  batch: Batch,
  meter: Meter,
  watch: Stopwatch,
  looks: boolean,
): Seen | null {
  return torch.tidy(() => {
    const outcome = step(batch, watch);
    const seen = looks || device === 'cpu' ? read(outcome) : null;
    if (!seen || isSound(seen)) meter.add(soundLoss(outcome), outcome.logits, batch.labels);
    return seen;
  });
}

function diverged(label: string, step: number, steps: number, seen: Seen): DivergedError {
  return new DivergedError(
    `${label}, step ${step} of ${steps}: ${describeSeen(seen)}; a lower learning rate may help, or ` +
      'skip_nonfinite, which leaves such steps out',
  );
}

/** Loss and accuracy for people. */
export function describe({ loss, top1 }: Figures): string {
  return `loss ${loss.toFixed(3)}  accuracy ${top1.toFixed(2)} %`;
}
