// Runs a program without a shell, so that paths with spaces and other letters need no quoting.
import { spawn } from 'node:child_process';

/**
 * @param {string} command a path, or a name looked up on PATH
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean }} [options] `show`: the program writes to our
 *   terminal as it goes, and its standard error is collected as well
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string, missing: boolean }>} never rejects:
 *   `missing` says that there is no such program
 */
export function run(command, args, { cwd, env = process.env, show = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', show ? 'inherit' : 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
      if (show) process.stderr.write(text);
    });
    child.on('error', (error) => {
      const missing = error.code === 'ENOENT' || error.code === 'EACCES';
      resolve({ code: null, stdout, stderr: stderr + error.message, missing });
    });
    child.on('close', (code) => resolve({ code, stdout, stderr, missing: false }));
  });
}
