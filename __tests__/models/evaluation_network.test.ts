// The evaluation network: counts of the original, other depths, drop path and its draws.
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import {
  EvaluationNetwork,
  type EvaluationNetworkOptions,
} from '../../src/models/evaluation_network.js';
import { BNASv2_CLR_v1, DARTS_V2, NASNet, namedGenotype } from '../../src/models/genotypes.js';
import { held } from '../support/memory.js';
import { FIGURES } from '../support/paths.js';
import { valuesOf } from '../support/tensors.js';

const small: EvaluationNetworkOptions = { C: 2, num_classes: 5, genotype: BNASv2_CLR_v1 };
const state = () => valuesOf(torch.default_generator.get_state());

beforeEach(() => {
  torch.manual_seed(0);
});

interface FullSize {
  network: string;
  constructor: [number, number, number, ...(string | number | boolean)[]];
  parameter_count: number;
  parameter_tensors: number;
  buffer_tensors: number;
}
const { networks } = JSON.parse(readFileSync(`${FIGURES}/init_fullsize.json`, 'utf8')) as {
  networks: FullSize[];
};

describe('at the sizes of the original', () => {
  test.each(
    networks
      .filter(({ network }) => /^(CLR eval|PC eval|ImageNet b2)/.test(network))
      .map((figure): [string, FullSize] => [figure.network, figure]),
  )('%s has its counts', (name, figure) => {
    const [C, num_classes, layers] = figure.constructor;
    using network = new EvaluationNetwork({
      C,
      num_classes,
      layers,
      genotype: namedGenotype(name.split(' ').at(-1) as string),
      in_channels: name.includes('mnist') ? 1 : 3,
      stem: name.startsWith('ImageNet') ? 'imagenet' : 'cifar',
    });
    const parameters = network.parameters();
    expect(parameters.reduce((sum, parameter) => sum + parameter.numel(), 0)).toBe(
      figure.parameter_count,
    );
    expect(parameters).toHaveLength(figure.parameter_tensors);
    expect(network.buffers()).toHaveLength(figure.buffer_tensors);
  });
});

describe('EvaluationNetwork', () => {
  test.each<[string, Partial<EvaluationNetworkOptions>, number]>([
    ['grey images', { in_channels: 1 }, 28],
    ['an odd size', {}, 15],
    ['cells behind the last pooling one', { layers: 7 }, 16],
    ['three pooling cells', { layers: 6, pool_time: 3, en_layers: 3 }, 32],
    ['pooling cells alone', { layers: 2, en_layers: 1 }, 16],
    ['cells that concatenate differently', { genotype: NASNet }, 16],
    ['the ImageNet stem', { stem: 'imagenet' }, 89],
    ['five pooling cells at full size', { stem: 'imagenet_b5', layers: 5 }, 33],
  ])('trains every parameter with %s', (_, options, size) => {
    const network = new EvaluationNetwork({ ...small, ...options });
    const x = torch.randn([2, options.in_channels ?? 3, size, size]);
    const logits = network.call(x);
    expect(logits.shape).toEqual([2, 5]);
    logits.logsumexp(1).sum().backward();
    const idle = network
      .named_parameters()
      .filter(([, { grad }]) => grad === null || !valuesOf(grad).some((value) => value !== 0));
    expect(idle.map(([name]) => name)).toEqual([]);
  });

  test('is as wide at the classifier as its taps and enhancement outputs', () => {
    const { classifier } = new EvaluationNetwork({ ...small, genotype: NASNet, en_layers: 2 });
    // Taps of 2 and 4 channels; nodes of 8, of which the last enhancement cell concatenates three.
    expect(classifier.weight.shape).toEqual([5, 2 + 4 + 8 + 3 * 8]);
  });

  test.each<[EvaluationNetworkOptions['stem'], string]>([
    ['imagenet', 'stem0 stem1 conv_cells'],
    ['imagenet_b5', 'conv_cells en_cells reduction_convs_gap'],
  ])('with stem %s begins its state dict with %s', (stem, first) => {
    const network = new EvaluationNetwork({ ...small, stem });
    const members = [...network.state_dict().keys()].map((name) => name.split('.')[0]);
    expect([...new Set(members)].slice(0, 3).join(' ')).toBe(first);
    const last = stem === 'imagenet' ? 'restricted_ens_gap classifier' : 'stem1 classifier';
    expect([...new Set(members)].slice(-2).join(' ')).toBe(last);
  });

  test.each<[Partial<EvaluationNetworkOptions>, number, boolean]>([
    [{}, 32, true],
    [{ in_channels: 1 }, 28, true],
    [{ layers: 7 }, 16, true],
    [{ stem: 'imagenet' }, 96, false],
  ])('with %j trains an auxiliary head at its last pooling cell', (options, size, norm) => {
    const network = new EvaluationNetwork({ ...small, ...options, auxiliary: true });
    expect(
      '6.weight' in Object.fromEntries(network.auxiliary_head?.features.named_parameters() ?? []),
    ).toBe(norm);
    const x = torch.randn([3, options.in_channels ?? 3, size, size]);
    const [logits, logits_aux] = network.callWithAuxiliary(x);
    expect(logits_aux.shape).toEqual([3, 5]);
    logits_aux.logsumexp(1).sum().backward();
    const trained = network
      .named_parameters()
      .filter(([, { grad }]) => grad !== null && valuesOf(grad).some((value) => value !== 0))
      .map(([name]) => name);
    const before = /^stem|^conv_cells\.[0-5]|^auxiliary_head/;
    expect(trained).toEqual(
      network
        .named_parameters()
        .map(([name]) => name)
        .filter((name) => before.test(name)),
    );
    expect(valuesOf(network.eval().call(x))).toEqual(valuesOf(network.callWithAuxiliary(x)[0]));
    expect(logits.shape).toEqual([3, 5]);
  });

  test('has the weights of a network without auxiliary head, but for the classifier, of the same seed', () => {
    const weights = (auxiliary: boolean) => {
      torch.manual_seed(8);
      const network = new EvaluationNetwork({ ...small, auxiliary });
      return network
        .named_parameters()
        .filter(([name]) => !/^(auxiliary_head|classifier)/.test(name))
        .map(([name, parameter]) => [name, valuesOf(parameter)]);
    };
    expect(weights(true)).toEqual(weights(false));
  });

  test('says that it has no auxiliary head', () => {
    const network = new EvaluationNetwork(small);
    expect(() => network.callWithAuxiliary(torch.zeros([2, 3, 16, 16]))).toThrow(
      'EvaluationNetwork.callWithAuxiliary: there is no auxiliary head; build the network with auxiliary: true',
    );
  });

  test.each<[Partial<EvaluationNetworkOptions>, boolean]>([
    [{ stem: 'imagenet' }, true],
    [{ stem: 'imagenet', imagenet_drop_path_dead: true }, false],
    [{ stem: 'imagenet_b5', layers: 5, imagenet_drop_path_dead: true }, false],
    [{ imagenet_drop_path_dead: true }, true],
  ])('with %j drops paths: %s', (options, drops) => {
    const network = new EvaluationNetwork({ ...small, ...options });
    network.drop_path_prob = 0.5;
    const before = state();
    torch.tidy(() => torch.no_grad(() => network.call(torch.ones([2, 3, 64, 64]))));
    expect(JSON.stringify(state()) !== JSON.stringify(before)).toBe(drops);
  });

  test('drops paths in training by the default generator, the same for the same seed', () => {
    const network = new EvaluationNetwork(small);
    const x = torch.randn([4, 3, 16, 16]);
    const logits = (seed: number, probability: number) => {
      torch.manual_seed(seed);
      network.drop_path_prob = probability;
      return valuesOf(network.call(x));
    };
    expect(logits(1, 0.5)).toEqual(logits(1, 0.5));
    expect(logits(1, 0.5)).not.toEqual(logits(2, 0.5));
    expect(logits(1, 0.5)).not.toEqual(logits(1, 0));
  });

  test('draws one mask of a number a sample for every operation but the identity', () => {
    const network = new EvaluationNetwork({ ...small, genotype: DARTS_V2 });
    network.drop_path_prob = 0.5;
    const x = torch.randn([4, 3, 16, 16]);
    torch.manual_seed(1);
    torch.tidy(() => network.call(x));
    const after = state();
    // Six convolution cells of 8 edges, two of them skips, which are no identity where they halve:
    // both skips
    // read an input, and two of the cells reduce. Two enhancement cells of 8 edges, three of them
    // skips.
    const masks = 6 * 8 - 4 * 2 + 2 * (8 - 3);
    torch.manual_seed(1);
    for (let i = 0; i < masks; i++) torch.empty([4, 1, 1, 1]).bernoulli_(0.5).dispose();
    expect(state()).toEqual(after);
  });

  test.each<[string, number, boolean]>([
    ['in eval mode', 0.5, false],
    ['at probability 0', 0, true],
  ])('draws nothing %s', (_, probability, training) => {
    const network = new EvaluationNetwork(small).train(training);
    network.drop_path_prob = probability;
    const x = torch.randn([2, 3, 16, 16]);
    const before = state();
    network.call(x);
    expect(state()).toEqual(before);
  });

  test('computes the same without gradients as with them', () => {
    const network = new EvaluationNetwork(small).eval();
    const x = torch.randn([2, 3, 16, 16]);
    const logits = network.call(x);
    expect(valuesOf(torch.no_grad(() => network.call(x)))).toEqual(valuesOf(logits));
  });

  test('leaves nothing behind, step after step, and nothing at all once disposed of', () => {
    const atFirst = held();
    torch.tidy(() => {
      const network = new EvaluationNetwork(small);
      network.drop_path_prob = 0.3;
      const x = torch.randn([2, 3, 16, 16]);
      const step = () => torch.tidy(() => network.call(x).logsumexp(1).sum().backward());
      step();
      const before = held();
      for (let i = 0; i < 3; i++) step();
      expect(held()).toEqual(before);
      network.dispose();
    });
    expect(held()).toEqual(atFirst);
  });

  test.each<[Partial<EvaluationNetworkOptions>, string]>([
    [{ pool_time: 1 }, 'pool_time must be a whole number of at least 2, got 1'],
    [{ layers: 2, pool_time: 3 }, 'layers must be a whole number of at least 3, got 2'],
    [{ en_layers: 0 }, 'en_layers must be a whole number of at least 1, got 0'],
    [{ in_channels: -1 }, 'in_channels must be a whole number of at least 1, got -1'],
    [{ C: 7 }, 'C must be even, got 7'],
    [{ stem: 'b5' as 'cifar' }, 'stem must be cifar, imagenet or imagenet_b5, got b5'],
    [
      { genotype: { ...DARTS_V2, reduce_concat: [9] } },
      'genotype.reduce_concat[0] must be a state',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => new EvaluationNetwork({ ...small, ...options })).toThrow(RangeError);
    expect(() => new EvaluationNetwork({ ...small, ...options })).toThrow(message);
  });
});

test('a cell of skips alone adds up what its genotype says', () => {
  const genotype = namedGenotype('DARTS_V1');
  const network = new EvaluationNetwork({ ...small, genotype, layers: 2, en_layers: 1 }).eval();
  const [cell] = [...network.en_cells];
  if (cell === undefined) throw new Error('no enhancement cell');
  const s0 = torch.randn([2, 4, 4, 4]);
  const s1 = torch.randn([2, 32, 4, 4]);
  const [a, b] = [cell.preprocess0.call(s0), cell.preprocess1.call(s1)] as [Tensor, Tensor];
  const max = (t: Tensor) => torch.max_pool2d(t, 3, { stride: 1, padding: 1 });
  const average = (t: Tensor) =>
    torch.avg_pool2d(t, 3, { stride: 1, padding: 1, count_include_pad: false });
  const n0 = max(a).add(max(b));
  const n1 = n0.add(max(a));
  const n2 = max(a).add(n0);
  const n3 = n0.add(average(a));
  expect(valuesOf(cell.call(s0, s1, 0))).toEqual(valuesOf(torch.cat([n0, n1, n2, n3], 1)));
});
