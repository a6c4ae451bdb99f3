// `bnas evaluate`: the figures that a training ended with come out of its weights again, here and from Python's files.
import { copyFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import { makeFoundNetwork } from '../../src/engine/networks.js';
import { namedGenotype } from '../../src/models/genotypes.js';
import { loadWeights, saveWeights } from '../../src/nn/index.js';
import { records } from '../engine/toy.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';
import { bnasHere } from './command.js';

const cwd = temporaryFolder();
writeFile(
  cwd,
  'toy.yaml',
  `threads: 1
data: { train_samples: 16, test_samples: 40 }
search: { init_channels: 2, primitives: [none, skip_connect], epochs: 1, batch_size: 4 }
training: { init_channels: 2, layers: 2, en_layers: 1, epochs: 2, batch_size: 8, genotype: DARTS_V1 }
`,
);
const evaluate = (...args: string[]) => bnasHere(['evaluate', ...args], cwd);
// biome-ignore lint/suspicious/noExplicitAny: a record has what its test says it has
let tested: any;

beforeAll(async () => {
  expect((await bnasHere(['train', 'toy.yaml', '--run', 'run'], cwd)).code).toBe(0);
  tested = records(`${cwd}/run`, 'metrics.jsonl').at(-1);
});

test('of a training gives what its test gave', async () => {
  const { code, stdout } = await evaluate('run', '--json');
  expect(code).toBe(0);
  const { loss, top1, top5 } = tested;
  expect(JSON.parse(stdout)).toEqual({ weights: 'run/best.pt', images: 40, loss, top1, top5 });
});

test('says so to people, with other weights and more images too', async () => {
  const args = ['run', '--weights', 'run/last.pt', '-o', 'data.test_samples=60', '--quiet'];
  const { code, stdout, stderr } = await evaluate(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /^Test accuracy \d+\.\d\d % \(top-5 \d+\.\d\d %, loss \d\.\d{4}\) on 60 images, with run\/last\.pt\n$/,
  );
});

test('of a config and a file, also as DataParallel and safetensors have it', async () => {
  const config = loadConfig(`${cwd}/toy.yaml`);
  using network = makeFoundNetwork(config, namedGenotype('DARTS_V1'), {
    classes: 10,
    image_shape: [1, 28, 28],
  });
  loadWeights(network, `${cwd}/run/best.pt`);
  saveWeights(network, `${cwd}/weights.safetensors`);
  copyFileSync(`${cwd}/run/best.pt`, `${cwd}/original.pt`);
  for (const file of ['weights.safetensors', 'original.pt']) {
    const { stdout } = await evaluate('toy.yaml', '--weights', file, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ weights: file, loss: tested.loss });
  }
});

test.each([
  ['a config without weights', ['toy.yaml'], 'no weights: give --weights FILE\n'],
  ['a missing file', ['run', '--weights', 'none.pt'], 'none.pt: there is no such file\n'],
  ['another kind of file', ['run', '--weights', 'toy.yaml'], 'toy.yaml: it was not written by '],
  [
    'another genotype',
    ['run', '--genotype', 'BNASv2_CLR_v1'],
    'run/best.pt does not fit the network ',
  ],
  ['another folder', ['.'], '.: this is no folder of a run: it has no manifest.json\n'],
])('%s is refused in few words', async (_what, args, message) => {
  const { code, stdout, stderr } = await evaluate(...args, '--quiet');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.startsWith(`bnas: ${message}`)).toBe(true);
  expect(stderr.length).toBeLessThan(800);
});
