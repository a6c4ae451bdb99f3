// Watches a process that misuses torch-js, and says which line ended it.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));

export interface Misuse {
  suite: string;
  seed: number;
  cases: number;
  /** The number of the first case. Default 0. */
  first?: number;
  /** After how many failures to stop. Default 1. */
  failures?: number;
  /** Milliseconds after which a case hangs; any takes far less, also on a busy machine. */
  patience?: number;
}

/** AddressSanitizer ends a process where `operator new` would throw std::bad_alloc, which is an error in JavaScript. */
const BAD_ALLOC = /operator new\(unsigned long\).*SUMMARY: AddressSanitizer: out-of-memory/s;

/** Runs the cases, each process taking over after the case that ended the last; one text for each such case. */
export async function misuse(options: Misuse): Promise<string[]> {
  const { suite, seed, cases, first = 0, failures = 1, patience = 60_000 } = options;
  const found: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'torch-js-misuse-'));
  try {
    const diary = join(folder, 'diary');
    for (let next = first; next < first + cases && found.length < failures; next++) {
      const args = [suite, seed, next, first + cases - next, diary].map(String);
      // A case that fills the heap ends before it fills the machine.
      const child = spawn(process.execPath, ['--max-old-space-size=512', CHILD, ...args], {
        // Operators that write files do so here.
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const end = await watch(child, () => read(diary), patience);
      const [number = '', line = ''] = read(diary).split(/ (.*)/s);
      if (end.startsWith('exit code 0:') && Number(number) === first + cases - 1) break;
      if (!BAD_ALLOC.test(end)) {
        const again = `node ${CHILD} ${suite} ${seed} ${number} 1 ${join(tmpdir(), 'misuse_line')}`;
        found.push(`case ${number} ended in ${end}\n  ${line}\n  ${again}`);
      }
      if (number === '') break;
      next = Number(number);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return found;
}

/** How the process ended. */
function watch(child: ChildProcess, progress: () => string, patience: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let words = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      words = `${words}${text}`.slice(-4000);
    });
    let seen = '';
    let since = Date.now();
    let hung = false;
    const timer = setInterval(() => {
      const now = progress();
      if (now !== seen || now === '') {
        seen = now;
        since = Date.now();
      } else if (Date.now() - since > patience) {
        hung = true;
        child.kill('SIGKILL');
      }
    }, 250);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(timer);
      if (hung) resolve(`nothing for ${patience} ms`);
      else resolve(`${signal ?? `exit code ${code}`}: ${causeIn(words)}`);
    });
  });
}

// The innermost error of Node's report, or whatever was said last.
function causeIn(words: string): string {
  return /\[cause\]: (.*)/.exec(words)?.[1] ?? words.trim().slice(-600);
}

function read(diary: string): string {
  try {
    return readFileSync(diary, 'utf8');
  } catch {
    return '';
  }
}
