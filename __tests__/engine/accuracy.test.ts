// Top-k hits and sums against the original's `accuracy` and plain arithmetic.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { correct, Meter } from '../../src/engine/accuracy.js';
import { held } from '../support/memory.js';
import { FIGURES } from '../support/paths.js';

const figures: {
  logits: { shape: number[]; data: number[] };
  target: number[];
  top1: number;
  top5: number;
}[] = JSON.parse(readFileSync(`${FIGURES}/functional_misc.json`, 'utf8')).accuracy;

const labels = (values: number[]) => torch.tensor(values, { dtype: 'int64' });

describe('correct', () => {
  test.each(figures)("counts what the original's accuracy does: $top1 and $top5 %", (figure) => {
    const { data, shape } = figure.logits;
    const [top1, top5] = correct(torch.tensor(data, { shape }), labels(figure.target), [1, 5]);
    const percent = (count?: torch.Tensor) => (100 * Number(count?.item())) / figure.target.length;
    expect(percent(top1)).toBe(figure.top1);
    expect(percent(top5)).toBe(figure.top5);
  });

  test('counts every image where there are fewer classes than k', () => {
    const logits = torch.tensor([
      [1, 2],
      [3, 0],
    ]);
    const counts = correct(logits, labels([0, 0]), [1, 5]).map((count) => count.item());
    expect(counts).toEqual([1n, 2n]);
  });
});

describe('Meter', () => {
  test('weighs every image alike, whatever its batch', () => {
    using meter = new Meter('cpu');
    const logits = (rows: number) => torch.tensor(Array.from({ length: rows }, () => [0, 1, 2]));
    meter.add(torch.tensor(2), logits(3), labels([2, 2, 0]));
    meter.add(torch.tensor(6), logits(1), labels([1]));
    expect(meter.images).toBe(4);
    expect(meter.read()).toEqual({ loss: 3, top1: 50, top5: 100 });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses to go on with a loss of %d',
    (loss) => {
      using meter = new Meter('cpu');
      meter.add(torch.tensor(loss), torch.tensor([[0, 1]]), labels([1]));
      expect(() => meter.read()).toThrow(
        expect.objectContaining({
          code: 'ERR_DIVERGED',
          message: `the loss became ${loss}; a lower learning rate may help`,
        }),
      );
    },
  );

  test('leaves nothing behind', () => {
    const before = held();
    torch.tidy(() => {
      using meter = new Meter('cpu');
      meter.add(torch.tensor(1), torch.tensor([[0, 1]]), labels([1]));
      meter.read();
    });
    expect(held()).toEqual(before);
  });
});
