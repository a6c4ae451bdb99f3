// Fetches pinned wheels with whatever Python and pip there are. Only the C++ libraries in them matter, so every
// fetch asks for the wheels of one fixed Python version, not of the one that runs pip.
import fs from 'node:fs';
import path from 'node:path';
import { SetupError } from './report.mjs';
import { run } from './run.mjs';

const WHEEL_PYTHON = '3.12';

/** Older ones take no several --platform. */
const MIN_PIP_MAJOR = 21;

/** The command that has a usable pip: `PYTHON`, or else python3, or else python. */
export async function findPython(env = process.env) {
  const tried = env.PYTHON ? [env.PYTHON] : ['python3', 'python'];
  let withoutPip;
  for (const python of tried) {
    const { code, stdout, missing } = await run(python, ['-m', 'pip', '--version'], { env });
    if (code === 0) {
      const version = /^pip (\d+)\S*/.exec(stdout);
      if (Number(version?.[1]) >= MIN_PIP_MAJOR) return python;
      throw new SetupError(
        'OLD_PIP',
        `${version?.[0] ?? 'pip'} of ${python} is too old: ${MIN_PIP_MAJOR} or newer is needed.`,
        `${python} -m pip install --upgrade pip`,
      );
    }
    if (!missing) withoutPip ??= python;
  }
  throw withoutPip
    ? new SetupError(
        'NO_PIP',
        `${withoutPip} has no pip, which fetches LibTorch.`,
        'Debian, Ubuntu: apt install python3-pip · Fedora: dnf install python3-pip · elsewhere: ' +
          `${withoutPip} -m ensurepip`,
        'Or set PYTHON to a Python with pip, or LIBTORCH to a LibTorch you have.',
      )
    : new SetupError(
        'NO_PYTHON',
        `No Python found (tried ${tried.join(', ')}); its pip fetches LibTorch.`,
        'Install Python 3 with pip, or set PYTHON to one, or LIBTORCH to a LibTorch you have.',
      );
}

/**
 * Installs wheels into `target`, an empty folder.
 * @param {string} python of findPython
 * @param {string[]} requirements as pip takes them: `['-r', file, '--require-hashes']`, `['torch==2.11.0']`
 * @param {{ tags: string[], target: string, env?: NodeJS.ProcessEnv }} options
 */
export async function pipInstall(python, requirements, { tags, target, env = process.env }) {
  // pip downloads and unpacks in TMPDIR before moving: beside the target a move is a rename, and /tmp may be small.
  const temporary = path.join(target, '.pip');
  fs.mkdirSync(temporary);
  const args = [
    ...['-m', 'pip', 'install', '--no-deps', '--target', target, '--only-binary=:all:'],
    ...[
      '--python-version',
      WHEEL_PYTHON,
      '--implementation',
      'cp',
      '--abi',
      `cp${WHEEL_PYTHON.replace('.', '')}`,
    ],
    ...tags.flatMap((tag) => ['--platform', tag]),
    // Our own cache keeps the result; no Python of this folder will run.
    ...['--no-cache-dir', '--no-compile', '--no-input', '--disable-pip-version-check'],
    ...requirements,
  ];
  // A user's own pip settings (an index, a proxy, certificates) stay in force; these two contradict --target.
  const pipEnv = { ...env, TMPDIR: temporary, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' };
  const { code, stderr } = await run(python, args, { env: pipEnv, show: process.stdout.isTTY });
  if (code !== 0) throw pipFailure(stderr, python, target);
  fs.rmSync(temporary, { recursive: true, force: true });
}

/** Words for why pip failed, from what it wrote. */
function pipFailure(stderr, python, target) {
  if (/do not match the hashes/i.test(stderr)) {
    return new SetupError(
      'WRONG_HASH',
      'A download is not the file that its pinned hash names: it was cut short or changed on the way.',
      'Try again; if it stays so, check the package index and proxy that pip is set up with (pip config list).',
    );
  }
  if (/no space left on device/i.test(stderr)) {
    return new SetupError(
      'NO_SPACE',
      `The disk of ${path.dirname(target)} filled up during the download.`,
      'Free some space, or set TORCH_JS_CACHE to a folder on another disk.',
    );
  }
  if (/connection|resolution|unreachable|timed out|timeout|proxy|ssl/i.test(stderr)) {
    return new SetupError(
      'NO_NETWORK',
      'pip could not reach its package index. Check the network, and the proxy and index that pip is set up with.',
      'Without a network: set LIBTORCH to a LibTorch you have, or copy the cache folder of another machine.',
      lastLines(stderr),
    );
  }
  return new SetupError('PIP_FAILED', `${python} -m pip install failed:`, lastLines(stderr));
}

function lastLines(text) {
  return text.trim().split('\n').slice(-6).join('\n  ');
}
