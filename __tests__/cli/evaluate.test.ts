// `bnas evaluate`: the figures that a training ended with come out of its weights again, here and from Python's files.
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import { PUBLISHED } from '../../src/data/constants.js';
import { makeFoundNetwork } from '../../src/engine/networks.js';
import { DARTS_V1, namedGenotype } from '../../src/models/genotypes.js';
import { loadWeights, saveWeights } from '../../src/nn/index.js';
import { Loopback } from '../data/loopback.js';
import { records } from '../engine/toy.js';
import { PROJECT_ROOT } from '../support/paths.js';
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

test('fetches a data set that is not there, as a training does', async () => {
  const images = { classes: 10, image_shape: [3, 32, 32] } as const;
  using network = makeFoundNetwork(loadConfig(`${cwd}/toy.yaml`), DARTS_V1, images);
  saveWeights(network, `${cwd}/svhn.pt`);
  const fixtures = ['train_32x32.mat', 'test_32x32.mat'].map((path) => {
    const content = readFileSync(`${PROJECT_ROOT}__tests__/data/fixtures/${path}`);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return { content, file: { path, url: '', bytes: content.length, sha256 } };
  });
  const official = PUBLISHED.svhn;
  PUBLISHED.svhn = fixtures.map(({ file }) => file);
  const server = new Loopback();
  server.behaviour = (request, response) => {
    const asked = fixtures.find(({ file }) => request.url === `/${file.path}`);
    response.end(asked?.content);
  };
  const keys = [`data.mirror=${await server.listen()}`, 'data.folder=new', 'data.dataset=svhn'];
  const args = ['toy.yaml', '--weights', 'svhn.pt', '--json', '--quiet'];
  try {
    const overrides = [...keys, 'data.train_samples=all', 'data.test_samples=all'];
    const { stdout, stderr } = await evaluate(...args, ...overrides.flatMap((key) => ['-o', key]));
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ weights: 'svhn.pt', images: 3 });
    expect(server.paths).toEqual(['/train_32x32.mat', '/test_32x32.mat']);
  } finally {
    PUBLISHED.svhn = official;
    server.close();
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
