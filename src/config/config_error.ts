// Faults of a config: one of them, and the error that tells them all.

export type KeyPath = readonly (string | number)[];

/** One fault: the key it is about, whether the key itself or its value is wrong, and in words. */
export interface Fault {
  path: KeyPath;
  of: 'key' | 'value';
  message: string;
}

/** A config that cannot be used; the message has a line for each fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'ERR_CONFIG';

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
  }
}
