// Displays: which one suits which stream, and what each writes.
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PlainProgress } from '../../src/engine/plain_progress.js';
import { progressOn } from '../../src/engine/progress.js';
import { TerminalProgress } from '../../src/engine/terminal_progress.js';

/** A stream that keeps what is written, a terminal or not. */
class Screen extends Writable {
  written = '';

  constructor(
    readonly isTTY: boolean,
    readonly columns = 100,
  ) {
    super();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written += chunk;
    done();
  }

  cursorTo(): void {
    this.write('\r');
  }

  clearLine(): void {
    this.write('\u001b[2K');
  }

  moveCursor(): void {}
}

const screen = (isTTY: boolean) => new Screen(isTTY) as Screen & NodeJS.WriteStream;

describe('the display', () => {
  const { CI, TERM } = process.env;
  beforeEach(() => {
    delete process.env.CI;
    process.env.TERM = 'xterm';
  });
  afterEach(() => {
    Object.assign(process.env, { TERM, CI });
    if (CI === undefined) delete process.env.CI;
    if (TERM === undefined) delete process.env.TERM;
  });

  test('is live in a terminal', () => {
    expect(progressOn(screen(true))).toBeInstanceOf(TerminalProgress);
  });

  test.each([
    ['in a file or a pipe', false, {}],
    ['in a terminal without cursor', true, { TERM: 'dumb' }],
    ['in a build log', true, { CI: 'true' }],
  ] as const)('is plain %s', (_where, isTTY, env) => {
    Object.assign(process.env, env);
    expect(progressOn(screen(isTTY))).toBeInstanceOf(PlainProgress);
  });
});

test('is plain in a terminal without width, where ora would clear lines without end', () => {
  const stream = new Screen(true, 0) as unknown as NodeJS.WriteStream;
  expect(progressOn(stream)).toBeInstanceOf(PlainProgress);
});

test('plain progress writes a line for each note, nothing else', async () => {
  const stream = screen(false);
  const progress = new PlainProgress(stream);
  expect(await progress.task('Reading mnist', () => 7)).toBe(7);
  progress.begin('Search 1/3', 3);
  progress.advance();
  progress.advance('loss 1.000');
  progress.advance();
  progress.end();
  progress.line('done');
  expect(stream.written).toBe('Reading mnist ...\nSearch 1/3  step 2/3  loss 1.000\ndone\n');
});

test('live progress shows the bar with its note, and leaves the cursor as it was', () => {
  const stream = screen(true);
  const progress = new TerminalProgress(stream);
  progress.begin('Search 1/3', 2);
  expect(stream.written).toContain('Search 1/3 ░░░░░░░░░░░░░░░░░░░░ 0/2');
  progress.advance('loss 1.000');
  progress.line('a line that stays');
  progress.end();
  expect(stream.written).toContain('\u001b[2Ka line that stays\n');
  expect(stream.written).toContain('Search 1/3 ██████████░░░░░░░░░░ 1/2');
  expect(stream.written).toContain('loss 1.000');
  // Hidden while the bar was shown.
  expect(stream.written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(
    stream.written.lastIndexOf('\u001b[?25l'),
  );
});

test('a task that fails is shown as failed', async () => {
  const stream = screen(true);
  const failing = new TerminalProgress(stream).task('Reading', () => {
    throw new Error('no data');
  });
  await expect(failing).rejects.toThrow('no data');
  // Which sign and colour it is depends on the terminal.
  expect(stream.written).toMatch(/[✖×].*Reading\n$/);
});
