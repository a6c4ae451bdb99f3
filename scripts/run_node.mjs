// Runs a script of the built project with this node, in the foreground.
import { spawn } from 'node:child_process';
import os from 'node:os';
import { ROOT } from './setup.mjs';

/**
 * @param {string[]} args for node; paths are relative to the project's root
 * @returns {Promise<number>} the exit code; 128 + the signal's number where a signal ended it, as shells say it
 */
export function runNode(args, env = process.env) {
  // Ctrl-C goes to the whole process group: the child decides what it means (it saves and exits), we wait for it.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', ignore);
      resolve(code ?? 128 + os.constants.signals[signal]);
    });
  });
}
