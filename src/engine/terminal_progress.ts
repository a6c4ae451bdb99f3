// Progress in a terminal: a spinner for tasks, a bar for passes, lines that stay above them.

import { SingleBar } from 'cli-progress';
import ora from 'ora';
import type { Progress } from './progress.js';

/** What cli-progress sends when a bar begins, and restores when it ends. */
const SAVE_CURSOR = '\u001b7';

export class TerminalProgress implements Progress {
  readonly #stream: NodeJS.WriteStream;
  #bar: SingleBar | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  async task<T>(text: string, work: () => T | Promise<T>): Promise<T> {
    // discardStdin would put the terminal in raw mode, where Ctrl-C is no signal.
    const spinner = ora({ text, stream: this.#stream, discardStdin: false }).start();
    try {
      const result = await work();
      spinner.succeed();
      return result;
    } catch (error) {
      spinner.fail();
      throw error;
    }
  }

  begin(label: string, steps: number, done = 0): void {
    this.#bar = new SingleBar({
      stream: this.#stream,
      format: `${label} {bar} {value}/{total}  {eta_formatted} left  {note}`,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 20,
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 20,
      fps: 5,
    });
    this.#bar.start(steps, done, { note: '' });
  }

  advance(note?: string): void {
    this.#bar?.increment(1, note === undefined ? {} : { note });
  }

  end(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  line(text: string): void {
    if (this.#bar === undefined) {
      this.#stream.write(`${text}\n`);
      return;
    }
    // The bar gives up its line, is drawn again below, and goes back to there when it ends.
    this.#stream.cursorTo(0);
    this.#stream.clearLine(1);
    this.#stream.write(`${text}\n${SAVE_CURSOR}`);
  }
}
