// Where a loader stands, as plain data: after torchdata's StatefulDataLoader.

/** A pass under way. */
export interface PassState {
  /** Seeds the generators of images or of workers. */
  readonly base_seed: bigint;
  /** The images of the whole pass, by index. */
  readonly order: Int32Array;
  /** Batches that were taken. */
  readonly position: number;
  /**
   * With `shared_stream`, for each worker, where its generators stood after the last of its batches that
   * was taken; null before the first. Else empty.
   */
  readonly generators: readonly (Int32Array | null)[];
}

/** All that a loader needs, beside torch's default generator, to go on with the same batches. Its arrays are to be read only. */
export interface LoaderState {
  /** Images that were left out so far. */
  readonly skipped: number;
  /** Where what stands for numpy's generator is, with `shared_stream` and no workers; else null. */
  readonly numpy: Int32Array | null;
  /** Null between passes. */
  readonly pass: PassState | null;
}

/** What a state has to fit. */
export interface PassLimits {
  /** Images of a pass. */
  images: number;
  /** Batches of a pass. */
  batches: number;
  /** Workers that draw from a generator of their own; else 0. */
  streams: number;
  /** Images in the data set. */
  length: number;
}

/** @throws RangeError when `pass` is one of another loader: other images, batches or workers. */
export function requireFitting(pass: PassState, limits: PassLimits): void {
  const { order, position, generators } = pass;
  const { images, batches, streams, length } = limits;
  const refuse = (what: string) => {
    throw new RangeError(`Loader: this state is of another loader: ${what}`);
  };
  if (order.length !== images) refuse(`its passes have ${order.length} images, not ${images}`);
  const foreign = order.find((index) => !(index >= 0 && index < length));
  if (foreign !== undefined) refuse(`it reads image ${foreign} of ${length}`);
  if (!(Number.isInteger(position) && position >= 0 && position <= batches)) {
    refuse(`it stands at batch ${position} of ${batches}`);
  }
  if (generators.length !== streams) {
    refuse(`${generators.length} workers draw from streams of their own, not ${streams}`);
  }
}
