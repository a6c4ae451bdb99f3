// Ten thousand training steps: nothing is left behind, in handles, in bytes, in the process.
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { collectGarbage } from '../support/memory.js';

const STEPS = 10_000;

test('10,000 training steps grow nothing', async () => {
  const first = torch.randn([16, 3, 3, 3]).mul_(0.1).requires_grad_(true);
  const second = torch.randn([16, 10]).mul_(0.1).requires_grad_(true);
  const images = torch.randn([8, 3, 12, 12]);
  const labels = torch.randint(10, [8]);
  const step = () =>
    torch.tidy(() => {
      const features = torch.conv2d(images, first, null, { padding: 1 }).relu().mean([2, 3]);
      const loss = torch.cross_entropy_loss(features.matmul(second), labels);
      loss.backward();
      torch.no_grad(() => {
        for (const weights of [first, second]) {
          weights.sub_(weights.grad as torch.Tensor, { alpha: 0.01 });
          weights.grad = null;
        }
      });
      return loss.item() as number;
    });

  for (let i = 0; i < 1_000; i++) step(); // until caches and compiled code have their size
  await collectGarbage();
  const { peak: _, ...start } = torch.memory();
  const resident = process.memoryUsage.rss();
  const loss = step();
  for (let i = 1; i < STEPS; i++) step();
  await collectGarbage();

  expect(torch.memory()).toMatchObject(start);
  // What a step allocates is about 200 kB: a thousandth of it kept at each step would show.
  expect(process.memoryUsage.rss() - resident).toBeLessThan(8 << 20);
  expect(step()).toBeLessThan(loss);
  torch.dispose(first, second, images, labels);
});
