// The bookkeeping of a broad network: sizes of taps, and tensors freed as soon as nothing reads
// them.
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { LastTwo } from '../../src/models/cell_network.js';
import { TapRow } from '../../src/models/taps.js';
import { ModuleList } from '../../src/nn/index.js';

test('a row of taps halves all older taps when one is added, and frees what it has halved', () => {
  const [embeddings, reductions] = [new ModuleList(), new ModuleList()];
  const row = new TapRow(embeddings, reductions);
  row.add(3, 2);
  row.add(3, 4);
  row.add(3, 6);
  row.reduce();
  expect(row.widths).toEqual([2, 4, 6]);
  expect(embeddings.length).toBe(3);
  expect(reductions.length).toBe(1 + 2 + 3);

  const inputs = [16, 8, 4].map((size) => torch.zeros([1, 3, size, size]));
  const before = torch.memory().tensors;
  const taps = row.begin();
  for (const input of inputs) {
    taps.add(input);
    expect(torch.memory().tensors).toBe(before + taps.outputs.length);
  }
  expect(taps.outputs.map(({ shape }) => shape)).toEqual([
    [1, 2, 4, 4],
    [1, 4, 4, 4],
    [1, 6, 4, 4],
  ]);
  taps.reduce();
  expect(taps.outputs.map(({ shape }) => shape[3])).toEqual([2, 2, 2]);
  expect(torch.memory().tensors).toBe(before + 3);
});

test('of a chain of outputs the last two live', () => {
  const outputs = Array.from({ length: 4 }, () => torch.zeros([1]));
  const [first, ...later] = outputs;
  const last = new LastTwo(first as torch.Tensor);
  const alive = later.map((output) => {
    last.push(output);
    return outputs.map(({ disposed }) => !disposed);
  });
  expect(alive).toEqual([
    [true, true, true, true],
    [false, true, true, true],
    [false, false, true, true],
  ]);
  expect([last.s0, last.s1]).toEqual(outputs.slice(2));
});
