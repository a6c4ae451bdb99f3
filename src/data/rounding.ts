// Rounding as Python's.

/** `round(value)`: halves go to the even neighbour. */
export function roundHalfEven(value: number): number {
  return Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value);
}
