// The batches of a golden trajectory as the data of a run: drawn before its first step, as the recipe says.
import type { DType } from 'torch-js';
import * as torch from 'torch-js';
import { Batch } from '../../src/data/batch.js';
import type { Dataset } from '../../src/data/dataset.js';
import type { LoaderState } from '../../src/data/loader_state.js';
import type { Images } from '../../src/engine/data_source.js';
import type { Batches, Source } from '../../src/engine/source.js';

/** Hands out copies of given batches, so many a pass. */
class Given implements Batches {
  readonly #batches: readonly Batch[];
  readonly skipped = 0;
  #next = 0;

  constructor(
    batches: readonly Batch[],
    readonly length: number,
  ) {
    this.#batches = batches;
  }

  get samples(): number {
    return this.length * (this.#batches[0]?.size ?? 0);
  }

  first(): Batch {
    const { images, labels } = this.#batches[this.#next % this.#batches.length] as Batch;
    this.#next += 1;
    return new Batch(images.clone(), labels.clone());
  }

  *[Symbol.iterator](): Iterator<Batch, void> {
    for (let i = 0; i < this.length; i++) yield this.first();
  }

  state(): LoaderState {
    return { skipped: 0, numpy: null, pass: null };
  }

  load_state(): void {}

  close(): void {}
}

export interface GoldenSetting {
  dtype: DType;
  /** [N, C, H, W] */
  input_shape: readonly number[];
  classes: number;
  /** Steps an epoch. */
  length: number;
  /** Draws the batches of each loader, in the order in which the run asks for them; called once. */
  draw(): readonly (readonly Batch[])[];
}

/** To be disposed of after the run. */
export class GoldenSource implements Source {
  readonly dtype: DType;
  readonly #setting: GoldenSetting;
  #drawn: readonly (readonly Batch[])[] | undefined;
  #asked = 0;

  constructor(setting: GoldenSetting) {
    this.dtype = setting.dtype;
    this.#setting = setting;
  }

  /** The batches that were drawn, by loader. */
  get drawn(): readonly (readonly Batch[])[] {
    return this.#drawn ?? [];
  }

  search(): [Images, Images] {
    return this.train();
  }

  train(): [Images, Images] {
    return [this.all(), this.all()];
  }

  all(): Images {
    const { input_shape, classes } = this.#setting;
    const [, C, H, W] = input_shape as [number, number, number, number];
    const dataset = { length: 0, classes, image_shape: [C, H, W], labels: [] };
    return { dataset: dataset as unknown as Dataset, indices: new Int32Array() };
  }

  test(): Images {
    return this.all();
  }

  /** The network is made by now: only then are the batches drawn. */
  loader(): Batches {
    const { draw, length } = this.#setting;
    this.#drawn ??= draw();
    const batches = this.#drawn[this.#asked] ?? this.#drawn[0] ?? [];
    this.#asked += 1;
    return new Given(batches, length);
  }

  [Symbol.dispose](): void {
    torch.dispose((this.#drawn ?? []).flat().map(({ images, labels }) => [images, labels]));
  }
}
