// What is expected of files that no honest program writes.
import { expect } from '@jest/globals';
import * as torch from 'torch-js';
import { archive } from './hostile.js';

/** Loads an archive of a pickle, given by its operations, and of storages. */
export const load = (pickle: string, ...storages: Uint8Array[]) =>
  torch.load(archive(pickle, ...storages));

/** That it throws a FileFormatError of that message. */
export function expectFault(run: () => unknown, message: RegExp): void {
  let error: unknown;
  try {
    torch.dispose(run());
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ name: 'FileFormatError', file: '(bytes)' });
  expect((error as Error).message).toMatch(message);
}
