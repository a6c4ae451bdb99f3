// What every trial process is: a request in JSON as its one argument, a result in JSON as its last line.

/** What one trial measured. `proof` must agree between the two sides: they did the same work. */
export interface TrialResult {
  proof: Record<string, number>;
  metrics: Record<string, number>;
}

export function trial<Request>(run: (request: Request) => TrialResult): void {
  console.log(JSON.stringify(run(JSON.parse(process.argv[2] ?? '{}') as Request)));
}

/** The upper one of an even number. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}
