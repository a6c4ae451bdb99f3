// A line of JavaScript that misuses torch-js: how it is run, and what may come of it.

/** The line as a function of the names that it uses. */
export function compile(line: string, vocabulary: Record<string, unknown>): () => unknown {
  const compiled = new Function(...Object.keys(vocabulary), line);
  return () => compiled(...Object.values(vocabulary));
}

/** What is wrong with an error; every one must be a JavaScript error with words in it. */
export function faultOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return `threw ${String(error)}, which is no Error`;
  return error.message === '' ? 'threw an error without a message' : undefined;
}
