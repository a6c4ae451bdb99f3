// The networks of DARTS and PC-DARTS: the counts that their papers' code prints, places of the cells,
// gradients.
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import {
  DartsEvaluationNetwork,
  type DartsEvaluationNetworkOptions,
} from '../../src/models/darts_evaluation_network.js';
import {
  DartsSearchNetwork,
  type DartsSearchNetworkOptions,
} from '../../src/models/darts_search_network.js';
import { GENOTYPES, namedGenotype } from '../../src/models/genotypes.js';
import type { Module } from '../../src/nn/index.js';
import { held } from '../support/memory.js';
import { valuesOf } from '../support/tensors.js';

beforeEach(() => {
  torch.manual_seed(0);
});

const countOf = (network: Module) =>
  network.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0);
/** Which children a network has, apart from one without weights. */
const membersOf = (network: Module) => [
  ...new Set([...network.state_dict().keys()].map((name) => name.split('.')[0])),
];
const idleIn = (named: [string, Tensor][]) =>
  named
    .filter(([, { grad }]) => grad === null || !valuesOf(grad).some((value) => value !== 0))
    .map(([name]) => name);

describe('DartsSearchNetwork', () => {
  // "param size" in the logs of the two repositories' train_search.py.
  test.each<[Partial<DartsSearchNetworkOptions>, number]>([
    [{}, 1_930_618],
    [{ k: 4, betas: true }, 299_578],
  ])('with %j has %i parameters', (options, count) => {
    using network = new DartsSearchNetwork({ C: 16, num_classes: 10, ...options });
    expect(countOf(network)).toBe(count);
    expect(membersOf(network)).toEqual(['stem', 'cells', 'classifier']);
  });

  test('halves and doubles at a third and at two thirds, by alphas_reduce', () => {
    const network = new DartsSearchNetwork({ C: 2, num_classes: 5, layers: 8 });
    expect([...network.cells].map(({ kind }) => kind[0]).join('')).toBe('nnrnnrnn');
    const widths = [...network.cells].map((cell) =>
      cell.preprocess1.state_dict().get('op.1.weight'),
    );
    expect(widths.map((weight) => weight?.size(0))).toEqual([2, 2, 4, 4, 4, 8, 8, 8]);
    const sizes: number[] = [];
    const { runCell } = network;
    network.runCell = (...args) => {
      const output = runCell.apply(network, args);
      sizes.push(output.size(2));
      return output;
    };
    network.call(torch.randn([2, 3, 16, 16]));
    expect(sizes).toEqual([16, 16, 8, 8, 8, 4, 4, 4]);
  });

  test.each<[Partial<DartsSearchNetworkOptions>, number]>([
    [{ layers: 3 }, 13],
    [{ layers: 5, in_channels: 1, steps: 2, multiplier: 1 }, 16],
    [{ layers: 3, C: 4, k: 2, betas: true, stem: 'imagenet' }, 90],
  ])('with %j trains every parameter on images of %i pixels', (options, size) => {
    const network = new DartsSearchNetwork({ C: 2, num_classes: 5, ...options });
    const logits = network.call(torch.randn([2, options.in_channels ?? 3, size, size]));
    expect(logits.shape).toEqual([2, 5]);
    logits.logsumexp(1).sum().backward();
    const arch = network.arch_parameters().map((p, i): [string, Tensor] => [`arch ${i}`, p]);
    expect(idleIn([...network.named_parameters(), ...arch])).toEqual([]);
  });

  test.each<[Partial<DartsSearchNetworkOptions>, string]>([
    [{ layers: 2 }, 'DartsSearchNetwork: layers must be a whole number of at least 3, got 2'],
    [{ C: 6, k: 4 }, 'DartsSearchNetwork: C must be a multiple of k (4), got 6'],
  ])('refuses %j', (options, message) => {
    expect(() => new DartsSearchNetwork({ C: 2, num_classes: 5, ...options })).toThrow(message);
  });
});

const small: DartsEvaluationNetworkOptions = {
  C: 2,
  num_classes: 5,
  genotype: namedGenotype('DARTS_V2'),
  layers: 6,
};

describe('DartsEvaluationNetwork', () => {
  // "param size" in the logs of train.py and train_imagenet.py, which leave the auxiliary head out.
  test.each<[string, Partial<DartsEvaluationNetworkOptions>, number]>([
    ['DARTS_V2', {}, 3_349_342],
    ['PC_DARTS_cifar', {}, 3_634_678],
    ['DARTS_V2', { C: 48, num_classes: 1000, stem: 'imagenet' }, 4_718_752],
  ])('of %s with %j has %i parameters', (name, options, count) => {
    using network = new DartsEvaluationNetwork({
      C: 36,
      num_classes: 10,
      genotype: namedGenotype(name),
      ...options,
    });
    expect(countOf(network)).toBe(count);
    expect(network.cells.length).toBe(options.stem === 'imagenet' ? 14 : 20);
  });

  test.each(Object.keys(GENOTYPES))('trains every parameter of %s', (name) => {
    const network = new DartsEvaluationNetwork({ ...small, genotype: namedGenotype(name) });
    network
      .call(torch.randn([2, 3, 16, 16]))
      .logsumexp(1)
      .sum()
      .backward();
    expect(idleIn(network.named_parameters())).toEqual([]);
  });

  test.each<[Partial<DartsEvaluationNetworkOptions>, number, string[]]>([
    [{}, 32, ['stem']],
    [{ in_channels: 1 }, 28, ['stem']],
    [{ stem: 'imagenet' }, 96, ['stem0', 'stem1']],
  ])('with %j trains an auxiliary head too, on images of %i pixels', (options, size, stem) => {
    const network = new DartsEvaluationNetwork({ ...small, ...options, auxiliary: true });
    expect(membersOf(network)).toEqual([...stem, 'cells', 'auxiliary_head', 'classifier']);
    const x = torch.randn([3, options.in_channels ?? 3, size, size]);
    const [logits, logits_aux] = network.callWithAuxiliary(x);
    expect(logits_aux.shape).toEqual([3, 5]);
    logits_aux.logsumexp(1).sum().backward(undefined, { retain_graph: true });
    const behind = /^cells\.5|^classifier/;
    const idle = idleIn(network.named_parameters());
    expect(idle.length).toBeGreaterThan(0);
    expect(idle.filter((name) => !behind.test(name))).toEqual([]);
    logits.logsumexp(1).sum().backward();
    expect(idleIn(network.named_parameters())).toEqual([]);
  });

  test('leaves nothing behind', () => {
    torch.tidy(() => {
      const network = new DartsEvaluationNetwork({ ...small, auxiliary: true });
      network.drop_path_prob = 0.2;
      const x = torch.randn([2, 3, 16, 16]);
      const step = () =>
        torch.tidy(() => {
          const [logits, logits_aux] = network.callWithAuxiliary(x);
          logits.sum().add(logits_aux.sum()).backward();
        });
      step();
      const before = held();
      step();
      expect(held()).toEqual(before);
      network.dispose();
    });
  });

  test.each<[Partial<DartsEvaluationNetworkOptions>, string]>([
    [{ layers: 2 }, 'DartsEvaluationNetwork: layers must be a whole number of at least 3, got 2'],
    [{ C: 5 }, 'DartsEvaluationNetwork: C must be even, got 5'],
    [{ genotype: { ...small.genotype, normal: [] } }, 'genotype.normal must have two edges'],
  ])('refuses %j', (options, message) => {
    expect(() => new DartsEvaluationNetwork({ ...small, ...options })).toThrow(message);
  });
});
