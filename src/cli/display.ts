// The display that suits, and signals heard, while a command works.

import type { Progress } from '../engine/progress.js';

export interface Display {
  progress: Progress;
  /** Aborted, with the signal's name as its reason, when the work is to stop after the step it is in. */
  signal: AbortSignal;
}

/** Signals that end the work after the step it is in. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Does `work`; the first signal stops it after the step under way; what a second one does is the system's: it
 * ends the process at once.
 */
export async function withDisplay(
  { quiet }: { quiet?: true },
  work: (display: Display) => Promise<void>,
): Promise<void> {
  const { progressOn, silent } = await import('../engine/progress.js');
  const progress = quiet ? silent : progressOn(process.stderr);
  const stop = new AbortController();
  const unhear = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    // Nothing of ours is in the way of the next one, not even a step that takes minutes.
    unhear();
    // A bar hides the cursor, which the next signal would leave like that.
    progress.end();
    stop.abort(signal);
    progress.line('Stopping after this step (Ctrl-C again: at once)');
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    await work({ progress, signal: stop.signal });
  } finally {
    unhear();
  }
}
