// The check of whole-number options that the networks share.

/**
 * @param owner whose options they are, for the message
 * @param values options by name
 * @throws RangeError for the first that is no whole number of at least `least`
 */
export function requireIntegers(
  owner: string,
  values: Readonly<Record<string, number>>,
  least = 1,
): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isInteger(value) || value < least) {
      throw new RangeError(
        `${owner}: ${name} must be a whole number of at least ${least}, got ${value}`,
      );
    }
  }
}

/** The reductions of a network split its channels in two halves. */
export function requireEvenWidth(owner: string, C: number): void {
  if (C % 2 !== 0) throw new RangeError(`${owner}: C must be even, got ${C}`);
}
