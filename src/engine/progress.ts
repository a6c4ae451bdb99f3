// What a run tells the person who waits for it, and the forms that takes: a live display in a terminal,
// plain lines elsewhere, nothing when asked to be quiet.

import { PlainProgress } from './plain_progress.js';
import { TerminalProgress } from './terminal_progress.js';

/** One display; at most one task or pass at a time. */
export interface Progress {
  /** Shows `text` while `work` goes on, and that it is done. */
  task<T>(text: string, work: () => T | Promise<T>): Promise<T>;
  /** A pass of `steps` steps begins, or goes on where `done` of them are done. */
  begin(label: string, steps: number, done?: number): void;
  /** A step is done; `note` says how it stands, and holds until the next note. */
  advance(note?: string): void;
  /** The pass is over, or given up. */
  end(): void;
  /** A line that stays. */
  line(text: string): void;
}

/** Says nothing. */
export const silent: Progress = {
  task: async (_text, work) => work(),
  begin() {},
  advance() {},
  end() {},
  line() {},
};

/** The display that suits `stream`: live in a terminal, lines in a file, a pipe or a log. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  // A terminal that says it has no width, as those of some recorders, would have ora clear lines without end.
  const wide = stream.isTTY && stream.columns > 0;
  const live = wide && process.env.TERM !== 'dumb' && process.env.CI === undefined;
  return live ? new TerminalProgress(stream) : new PlainProgress(stream);
}
