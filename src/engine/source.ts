// What a run needs of its data: DataSource has it of data sets, a test of whatever it likes.

import type { DType } from 'torch-js';
import type { Batch } from '../data/batch.js';
import type { LoaderState } from '../data/loader_state.js';
import type { DataSource, SourceLoaderOptions } from './data_source.js';

/** What a run needs of a loader. */
export interface Batches extends Iterable<Batch> {
  /** Batches in a pass. */
  readonly length: number;
  /** Images in a pass. */
  readonly samples: number;
  /** Images that were left out so far, as they could not be read. */
  readonly skipped: number;
  /** The first batch of a new pass that has no other. */
  first(): Batch;
  state(): LoaderState;
  load_state(state: LoaderState): void;
  close(): void;
}

export interface Source extends Pick<DataSource, 'search' | 'train' | 'all' | 'test'> {
  /** Of the images; the network computes with it. Default 'float32'. */
  readonly dtype?: DType;
  loader(options: SourceLoaderOptions): Batches;
}
