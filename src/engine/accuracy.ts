// Loss and accuracy over many batches, kept on the device until they are asked for.

import * as torch from 'torch-js';
import { DivergedError } from './outcome.js';

/** What a pass over some images amounts to. */
export interface Figures {
  /** Mean loss of an image. */
  loss: number;
  /** Percentage of images whose label has the largest logit. */
  top1: number;
  /** Percentage of images whose label is among the five largest logits. */
  top5: number;
}

/**
 * How many images have their label among the `k` largest logits, for each `k`; `accuracy` of the
 * original's utils.py, as counts.
 *
 * @param logits `[N, classes]`
 * @param target int64 `[N]`
 * @param topk Each at least 1; more than there are classes counts every image.
 * @returns int64 scalars on the device of `logits`.
 */
export function correct(
  logits: torch.Tensor,
  target: torch.Tensor,
  topk: readonly number[],
): torch.Tensor[] {
  return torch.tidy(() => {
    const classes = logits.shape[1] as number;
    const widths = topk.map((k) => Math.min(k, classes));
    const [, predicted] = logits.topk(Math.max(...widths), 1);
    const hits = (predicted as torch.Tensor).eq(target.unsqueeze(1));
    return widths.map((k) => hits.narrow(1, 0, k).sum());
  });
}

/** Sums over images, as plain values. */
export interface MeterState {
  readonly loss: number;
  readonly top1: number;
  readonly top5: number;
  readonly images: number;
}

const NOTHING: MeterState = { loss: 0, top1: 0, top5: 0, images: 0 };

/** Whether figures are better: by top-1, then by top-5. */
export function isBetter(figures: Figures, held: Figures): boolean {
  if (figures.top1 !== held.top1) return figures.top1 > held.top1;
  return figures.top5 > held.top5;
}

/** Sums losses and hits on the device: adding never waits for it, reading does. */
export class Meter {
  readonly #loss: torch.Tensor;
  readonly #top1: torch.Tensor;
  readonly #top5: torch.Tensor;
  #images: number;

  /** @param begun What an earlier one had summed up. Default: nothing. */
  constructor(device: string, begun: MeterState = NOTHING) {
    const { loss, top1, top5, images } = begun;
    this.#loss = torch.keep(torch.full([], loss, { dtype: 'float64', device }));
    this.#top1 = torch.keep(torch.full([], top1, { dtype: 'int64', device }));
    this.#top5 = torch.keep(torch.full([], top5, { dtype: 'int64', device }));
    this.#images = images;
  }

  /** Images added so far. */
  get images(): number {
    return this.#images;
  }

  /**
   * @param loss Mean over the batch, a scalar.
   * @param logits `[N, classes]`
   * @param target int64 `[N]`
   */
  add(loss: torch.Tensor, logits: torch.Tensor, target: torch.Tensor): void {
    torch.tidy(() =>
      torch.no_grad(() => {
        const images = logits.shape[0] as number;
        const [top1, top5] = correct(logits, target, [1, 5]) as [torch.Tensor, torch.Tensor];
        this.#loss.add_(loss, { alpha: images });
        this.#top1.add_(top1);
        this.#top5.add_(top5);
        this.#images += images;
      }),
    );
  }

  /** @throws DivergedError when the loss is infinite or NaN. */
  read(): Figures {
    const { loss, top1, top5, images } = this.state();
    return { loss: loss / images, top1: 100 * (top1 / images), top5: 100 * (top5 / images) };
  }

  /** For a checkpoint. Throws as `read`. */
  state(): MeterState {
    const loss = Number(this.#loss.item());
    if (!Number.isFinite(loss)) {
      throw new DivergedError(`the loss became ${loss}; a lower learning rate may help`);
    }
    const [top1, top5] = [this.#top1, this.#top5].map((sum) => Number(sum.item()));
    return { loss, top1: top1 as number, top5: top5 as number, images: this.#images };
  }

  [Symbol.dispose](): void {
    torch.dispose(this.#loss, this.#top1, this.#top5);
  }
}
