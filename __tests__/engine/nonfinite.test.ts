// Losses that are no numbers: the run stops before it saves them, or leaves so many steps out as it may.
import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { readCheckpoint } from '../../src/engine/checkpoint.js';
import { isSound, read } from '../../src/engine/outcome.js';
import { silent } from '../../src/engine/progress.js';
import { search } from '../../src/engine/search.js';
import { searchStep } from '../../src/engine/search_step.js';
import { train } from '../../src/engine/train.js';
import { Undo } from '../../src/engine/undo.js';
import { BNASv2_CLR_v1 } from '../../src/models/genotypes.js';
import { SearchNetwork } from '../../src/models/search_network.js';
import { CrossEntropyLoss } from '../../src/nn/index.js';
import { FirstOrderArchitect, SGD } from '../../src/optim/index.js';
import { collectGarbage, held } from '../support/memory.js';
import { temporaryFolder } from '../support/temporary.js';
import { records, toyConfig, toyContext } from './toy.js';

const folder = temporaryFolder();

test('the run stops, says what was seen, and its checkpoint is of before', async () => {
  await collectGarbage();
  const before = held();
  const path = `${folder}/diverged`;
  // The first step throws the weights away; the second one sees it.
  const config = toyConfig('search.learning_rate=1e30');
  await expect(search(config, toyContext(path))).rejects.toMatchObject({
    code: 'ERR_DIVERGED',
    message: expect.stringMatching(
      /^Search 1\/2, step 2 of 2: loss NaN, gradient norm NaN, architecture's loss NaN; a lower /,
    ),
  });
  expect(readdirSync(`${path}/checkpoints`)).toEqual(['epoch-0000.pt']);
  torch.tidy(() => {
    const { state } = readCheckpoint(`${path}/checkpoints/epoch-0000.pt`);
    for (const tensor of (state.state_dict as Map<string, torch.Tensor>).values()) {
      expect(torch.isfinite(tensor).all().item()).toBe(true);
    }
  });
  expect(held()).toEqual(before);
});

test('so many steps may be left out, and are put down', async () => {
  const path = `${folder}/skipped`;
  const lines: string[] = [];
  const progress = { ...silent, line: (text: string) => void lines.push(text) };
  const config = toyConfig(
    ...['training.learning_rate=1e30', 'training.batch_size=2', 'skip_nonfinite=2'],
  );
  await expect(train(config, BNASv2_CLR_v1, toyContext(path, { progress }))).rejects.toMatchObject({
    code: 'ERR_DIVERGED',
    message: expect.stringMatching(/^step 4 of epoch 1: loss NaN, .*; 2 such steps were left out/),
  });
  const skipped = records(path, 'metrics.jsonl').filter(({ kind }) => kind === 'skipped');
  expect(skipped).toEqual([
    { kind: 'skipped', epoch: 0, step: 2, loss: 'NaN', grad_norm: 'NaN' },
    { kind: 'skipped', epoch: 0, step: 3, loss: 'NaN', grad_norm: 'NaN' },
  ]);
  expect(lines.filter((line) => line.startsWith('Left out step'))).toHaveLength(2);
});

test('a step is taken back with all that it moved', async () => {
  await collectGarbage();
  const before = held();
  torch.tidy(() => {
    torch.manual_seed(3);
    using model = new SearchNetwork({ C: 2, num_classes: 4, in_channels: 1 });
    const criterion = new CrossEntropyLoss();
    const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
    const architect = new FirstOrderArchitect(model, criterion, { lr: 0.1 });
    const optimizers = [optimizer, architect.optimizer];
    const step = (images: torch.Tensor) => {
      const labels = torch.tensor([0, 3], { dtype: 'int64' });
      const batch = { images, labels };
      const options = { model, criterion, optimizer, architect, grad_clip: 5 };
      return isSound(read(searchStep({ ...options, train: batch, valid: batch })));
    };
    const images = torch.randn([2, 1, 8, 8]);
    const values = () => {
      const tensors = [...model.state_dict().values(), ...model.arch_parameters()];
      const states = optimizers.map((each) => [...each.state_dict().state.values()]);
      const plain = (value: torch.Tensor | number) =>
        typeof value === 'number' ? value : value.tolist();
      return {
        model: tensors.map(plain),
        optimizers: states.map((all) => all.map((own) => Object.values(own).map(plain))),
      };
    };
    const bad = images.mul(Number.NaN);
    // Before the first step optimizers have no state; after it they have.
    for (let round = 0; round < 2; round++) {
      const now = values();
      using undo = new Undo({ model, optimizers });
      expect(step(bad)).toBe(false);
      expect(values()).not.toEqual(now);
      undo.run();
      expect(values()).toEqual(now);
      expect(step(images)).toBe(true);
      expect(values()).not.toEqual(now);
    }
    optimizer.dispose();
    architect.optimizer.dispose();
  });
  expect(held()).toEqual(before);
});
