// The part of ImageNet that a search uses, copied class by class: BNASv2PC/imagenet_data_sample.py.
// Run: node dist/examples/imagenet_data_sample.js --data_dir=/data/imagenet
// Expected of ImageNet-1k: 12.5 % of its training images, 80 % of them in train/, 20 % in val/; about 17 GB.
// Differs: flags in place of two paths in the code; the draws are seeded, and the sample lists itself in
// manifest.json; broken off, it goes on where it was. The two label files are copied if they are there: nothing
// reads them. `--mode fixed` draws no image twice.

import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { sampleImageNet } from '../src/data/imagenet_sample.js';
import { ArgumentParser } from './support/arguments.js';
import { ended, withMode } from './support/script.js';

const parser = new ArgumentParser('A sample of ImageNet')
  .string('data_dir', '/home/user/datasets/imagenet/imagenet', 'the folder with ImageNet')
  .string('data_sub_dir', './imagenet_search', 'the folder that gets the sample')
  .int('seed', 2, 'decides every random draw');
const args = withMode(parser).parse();

/** `[>>>>>-----]50.00%`, on one line until it is full. */
function showProcess(done: number, steps: number): void {
  const arrows = Math.trunc((done * 50) / steps);
  const percent = ((done * 100) / steps).toFixed(2);
  process.stdout.write(`[${'>'.repeat(arrows)}${'-'.repeat(50 - arrows)}]${percent}%\r`);
  if (done === steps) process.stdout.write('\nOK\n');
}

await ended(async () => {
  let done = 0;
  let classes = 0;
  await sampleImageNet(
    {
      source: join(args.data_dir, 'train'),
      target: args.data_sub_dir,
      seed: args.seed,
      share: 0.125,
      validation_share: 0.2,
      placement: 'copy',
      with_replacement: args.mode === 'reference',
    },
    (count) => {
      classes = count;
    },
    () => showProcess(++done, classes),
  );
  for (const file of ['train_label.txt', 'validation_label.txt']) {
    const [from, to] = [join(args.data_dir, file), join(args.data_sub_dir, file)];
    if (existsSync(from) && !existsSync(to)) copyFileSync(from, to);
  }
});
