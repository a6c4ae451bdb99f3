// The error of a file that cannot be read: which file, and what is wrong with it.

/** How much of a long fault is shown of its beginning and of its end. */
const SHOWN = 250;

/** A file is damaged, hostile, or of a kind that is not read. Recognise it by `code`. */
export class FileFormatError extends Error {
  override readonly name = 'FileFormatError';
  readonly code = 'ERR_FILE_FORMAT';
  /** The path; '(bytes)' where bytes were given. */
  readonly file: string;
  /** What is wrong, without the file. */
  readonly fault: string;

  constructor(file: string, fault: string, options?: ErrorOptions) {
    super(`${file}: ${fault}`, options);
    this.file = file;
    this.fault = fault;
  }
}

/** What is wrong, thrown where it is found; `inFile` adds the name of the file. */
export class FormatFault extends Error {
  // Names in a hostile file may be as long as the file.
  constructor(fault: string, options?: ErrorOptions) {
    const isLong = fault.length > 2 * SHOWN;
    super(isLong ? `${fault.slice(0, SHOWN)}…${fault.slice(-SHOWN)}` : fault, options);
  }
}

/** Runs `fn`; a fault that it finds becomes a FileFormatError of `file`. */
export function inFile<T>(file: string, fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    if (!(error instanceof FormatFault)) throw error;
    throw new FileFormatError(file, error.message, error.cause === undefined ? {} : error);
  }
}
