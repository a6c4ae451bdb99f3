// The broad supernets: names, counts, parameters outside the state dict, other depths than the
// original's.
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import {
  checkGenotype,
  type Genotype,
  PRIMITIVES_WITHOUT_SKIP,
} from '../../src/models/genotypes.js';
import type { MixedOp } from '../../src/models/mixed_op.js';
import type { SearchCell } from '../../src/models/search_cell.js';
import { SearchNetwork, type SearchNetworkOptions } from '../../src/models/search_network.js';
import { held } from '../support/memory.js';
import { FIGURES } from '../support/paths.js';
import { valuesOf } from '../support/tensors.js';

const small: SearchNetworkOptions = { C: 2, num_classes: 5 };
const countOf = (network: SearchNetwork) =>
  network.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0);

beforeEach(() => {
  torch.manual_seed(0);
});

function step(network: SearchNetwork, x: Tensor): void {
  torch.tidy(() => network.call(x).logsumexp(1).sum().backward());
}

describe('SearchNetwork', () => {
  // Counts of the original at the sizes of its scripts.
  test.each<[Partial<SearchNetworkOptions>, number, number]>([
    [{}, 1_224_762, 579],
    [{ en_layers: 2 }, 1_710_138, 752],
    [{ primitives: PRIMITIVES_WITHOUT_SKIP }, 1_183_802, 547],
    [{ k: 4, betas: true }, 289_242, 579],
    [{ k: 2, betas: true, stem: 'imagenet', num_classes: 1000 }, 831_744, 586],
  ])('with %j at 16 channels has %i parameters in %i tensors', (options, count, tensors) => {
    using network = new SearchNetwork({ C: 16, num_classes: 10, ...options });
    expect(countOf(network)).toBe(count);
    expect(network.parameters()).toHaveLength(tensors);
  });

  test.each<[string, Partial<SearchNetworkOptions>, string[]]>([
    ['clr_search', {}, ['stem']],
    [
      'pc_imagenet_search',
      { num_classes: 12, k: 2, betas: true, stem: 'imagenet' },
      ['stem0', 'stem1'],
    ],
  ])('has the names and shapes of %s of the original, in its order', (name, options, stem) => {
    const figure = JSON.parse(readFileSync(`${FIGURES}/init_${name}.json`, 'utf8')) as {
      parameters: [string, number[]][];
      buffers: [string, number[]][];
    };
    const network = new SearchNetwork({ C: 4, num_classes: 10, ...options });
    const shapes = (named: [string, Tensor][]) => named.map(([name, { shape }]) => [name, shape]);
    expect(shapes(network.named_parameters())).toEqual(
      figure.parameters.map(([name, shape]) => [name, shape]),
    );
    expect(shapes(network.named_buffers())).toEqual(figure.buffers);
    const parts = [...network.state_dict().keys()].map((name) => name.split('.')[0]);
    expect([...new Set(parts)]).toEqual([
      ...stem,
      'conv_cells',
      'en_cells',
      'reduction_convs_gap',
      'reduction_convs_en',
      'restricted_convs_gap',
      'restricted_convs_en',
      'restricted_ens_gap',
      'classifier',
    ]);
  });

  test('keeps its alphas and betas out of parameters and state dict, but moves and frees them', () => {
    const before = held();
    const network = new SearchNetwork({ ...small, steps: 3, multiplier: 2, betas: true });
    const alphas = network.arch_parameters();
    const { alphas_normal, alphas_reduce, betas_normal, betas_reduce } = network;
    expect(alphas).toEqual([alphas_normal, alphas_reduce, betas_normal, betas_reduce]);
    expect(alphas.map(({ shape }) => shape)).toEqual([[9, 8], [9, 8], [9], [9]]);
    expect(alphas.every(({ requires_grad, is_leaf }) => requires_grad && is_leaf)).toBe(true);
    expect([...network.state_dict().values()].filter((t) => alphas.some((a) => a === t))).toEqual(
      [],
    );
    expect(
      network
        .to('float64')
        .arch_parameters()
        .map(({ dtype }) => dtype),
    ).toEqual(Array(4).fill('float64'));
    network.dispose();
    expect(held()).toEqual(before);
  });

  test('draws alphas of a thousandth of a normal deviate', () => {
    torch.manual_seed(5);
    const values = new SearchNetwork({ ...small, steps: 8 }).arch_parameters().flatMap(valuesOf);
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
    // 704 draws: four standard errors.
    expect(Math.abs(deviation / 1e-3 - 1)).toBeLessThan(4 / Math.sqrt(2 * values.length));
  });

  test('gives convolution cells alphas_normal and enhancement cells alphas_reduce', () => {
    const network = new SearchNetwork(small);
    const { alphas_normal: normal, alphas_reduce: reduce } = network;
    torch.no_grad(() => {
      normal.zero_().select(1, 4).fill_(50);
      reduce.zero_().select(1, 1).fill_(50);
    });
    const operationsIn = (cells: Iterable<SearchCell>, column: number) =>
      [...cells]
        .flatMap((cell) => [...cell._ops])
        .flatMap((edge) => (edge as MixedOp)._ops[column]?.parameters() ?? []);
    step(network, torch.randn([4, 3, 16, 16]));
    const moved = (parameters: Tensor[]) =>
      parameters.map(({ grad }) =>
        valuesOf(grad as Tensor).some((value) => Math.abs(value) > 1e-12),
      );
    // Columns 4 and 6 hold convolutions; only the first has weight, and only in the convolution
    // cells.
    expect(new Set(moved(operationsIn(network.conv_cells, 4)))).toEqual(new Set([true]));
    expect(new Set(moved(operationsIn(network.conv_cells, 6)))).toEqual(new Set([false]));
    expect(new Set(moved(operationsIn(network.en_cells, 4)))).toEqual(new Set([false]));
    expect(network.genotype().normal.every(([operation]) => operation === 'sep_conv_3x3')).toBe(
      true,
    );
    expect(network.genotype().reduce.every(([operation]) => operation === 'max_pool_3x3')).toBe(
      true,
    );
  });

  test.each<[Partial<SearchNetworkOptions>, number]>([
    [{ in_channels: 1 }, 28],
    [{ in_channels: 1, layers: 3 }, 28],
    [{ layers: 3, en_layers: 2 }, 16],
    [{ layers: 4, en_layers: 3, steps: 2, multiplier: 1, stem_multiplier: 1 }, 33],
    [{ C: 4, k: 4, betas: true }, 28],
    [{ C: 4, k: 2, betas: true, layers: 3, en_layers: 2 }, 31],
    [{ k: 2, betas: true, stem: 'imagenet' }, 89],
    [{ C: 6, k: 3, steps: 2, multiplier: 2 }, 16],
  ])('with %j trains every parameter on images of %i pixels', (options, size) => {
    const network = new SearchNetwork({ ...small, ...options });
    const x = torch.randn([2, options.in_channels ?? 3, size, size]);
    expect(network.call(x).shape).toEqual([2, 5]);
    step(network, x);
    const idle = [...network.named_parameters(), ...Object.entries(network.arch_parameters())]
      .filter(([, { grad }]) => grad === null || !valuesOf(grad).some((value) => value !== 0))
      .map(([name]) => name);
    expect(idle).toEqual([]);
    expect(checkGenotype(network.genotype())).toEqual(network.genotype());
  });

  test('weighs edges by betas_normal in convolution cells and by betas_reduce in enhancement cells', () => {
    const network = new SearchNetwork({ ...small, betas: true, primitives: ['sep_conv_3x3'] });
    // Of each node's edges all weight is on the first.
    for (const betas of [network.betas_normal, network.betas_reduce]) {
      const first = [0, 2, 5, 9];
      const values = Array.from({ length: 14 }, (_, edge) => (first.includes(edge) ? 60 : 0));
      torch.no_grad(() => betas?.copy_(torch.tensor(values)));
    }
    torch.no_grad(() => network.betas_reduce?.neg_());
    step(network, torch.randn([4, 3, 16, 16]));
    const trained = (cells: Iterable<SearchCell>) =>
      [...cells].map((cell) =>
        [...cell._ops].flatMap((edge, at) =>
          edge
            .parameters()
            .some(({ grad }) => valuesOf(grad as Tensor).some((v) => Math.abs(v) > 1e-12))
            ? [at]
            : [],
        ),
      );
    const firsts = [0, 2, 5, 9];
    const others = Array.from({ length: 14 }, (_, at) => at).filter((at) => !firsts.includes(at));
    expect(trained(network.conv_cells)).toEqual([firsts, firsts]);
    expect(trained(network.en_cells)).toEqual([others]);
  });

  test('derives its genotype from alphas and betas', () => {
    const network = new SearchNetwork({ ...small, betas: true });
    torch.no_grad(() => {
      for (const parameter of network.arch_parameters()) parameter.zero_();
      network.betas_normal?.slice(0, 12, 14).fill_(1);
    });
    const inputs = ({ normal, reduce }: Genotype) =>
      [normal, reduce].map((edges) => edges.slice(-2).map(([, input]) => input));
    expect(inputs(network.genotype())).toEqual([
      [3, 4],
      [0, 1],
    ]);
  });

  test('without betas has none', () => {
    const { betas_normal, betas_reduce } = new SearchNetwork(small);
    expect([betas_normal, betas_reduce]).toEqual([null, null]);
  });

  test.each<[Partial<SearchNetworkOptions>, number]>([
    [{ stem: 'imagenet' }, 1],
    [{ stem: 'imagenet', double_edge_eval: true }, 2],
    [{ double_edge_eval: true }, 1],
  ])('with %j counts a batch %i times in the statistics of an edge', (options, count) => {
    const network = new SearchNetwork({ ...small, ...options });
    torch.no_grad(() => network.call(torch.randn([2, 3, 64, 64])));
    const counts = network
      .named_buffers()
      .filter(([name]) => name.endsWith('num_batches_tracked'))
      .map(([name, value]): [boolean, number] => [
        /cells\.\d\._ops/.test(name),
        Number(value.item()),
      ]);
    const distinct = (onEdge: boolean) => [
      ...new Set(counts.filter(([edge]) => edge === onEdge).map(([, value]) => value)),
    ];
    expect(distinct(true)).toEqual([count]);
    expect(distinct(false)).toEqual([1]);
  });

  test('passes max_pool_floor to its edges', () => {
    const options = { ...small, k: 2, primitives: ['max_pool_3x3'] as const };
    const x = torch.randn([2, 3, 15, 15]);
    const run = (max_pool_floor: boolean) =>
      new SearchNetwork({ ...options, max_pool_floor }).call(x);
    expect(run(false).shape).toEqual([2, 5]);
    expect(() => run(true)).toThrow(expect.objectContaining({ code: 'ERR_TORCH' }));
  });

  test('joins its taps by width', () => {
    const network = new SearchNetwork({ C: 2, num_classes: 5, layers: 3, en_layers: 2 });
    const shapeOf = (name: string) => network.state_dict().get(name)?.shape;
    // Taps of 2, 4, 8 channels; nodes of 16: the first enhancement output is compressed, the last
    // is not.
    expect(shapeOf('classifier.weight')).toEqual([5, 2 + 4 + 8 + 16 + 4 * 16]);
    // The first enhancement cell reads taps of 4 and 8 channels side by side, then the last,
    // uncompressed.
    expect(shapeOf('en_cells.0.preprocess0.op.1.weight')).toEqual([16, 4 + 8, 1, 1]);
    expect(shapeOf('en_cells.0.preprocess1.op.1.weight')).toEqual([16, 4 * 16, 1, 1]);
    // The second reads what the last convolution cell gave, and the first enhancement cell.
    expect(shapeOf('en_cells.1.preprocess0.op.1.weight')).toEqual([16, 4 * 16, 1, 1]);
  });

  test('computes the same without gradients as with them', () => {
    const network = new SearchNetwork(small).eval();
    const x = torch.randn([2, 3, 16, 16]);
    const logits = network.call(x);
    expect(valuesOf(torch.no_grad(() => network.call(x)))).toEqual(valuesOf(logits));
  });

  test.each<[Partial<SearchNetworkOptions>, number]>([
    [{}, 16],
    [{ k: 2, betas: true, stem: 'imagenet', double_edge_eval: true }, 64],
  ])('with %j leaves nothing behind, step after step', (options, size) => {
    const network = new SearchNetwork({ ...small, ...options });
    const x = torch.randn([2, 3, size, size]);
    step(network, x);
    const before = held();
    for (let i = 0; i < 3; i++) step(network, x);
    torch.no_grad(() => network.call(x)).dispose();
    expect(held()).toEqual(before);
  });

  test.each<[Partial<SearchNetworkOptions>, string]>([
    [{ layers: 1 }, 'layers must be a whole number of at least 2, got 1'],
    [{ en_layers: 0 }, 'en_layers must be a whole number of at least 1, got 0'],
    [{ C: 3 }, 'C must be even, got 3'],
    [{ C: 2.5 }, 'C must be a whole number of at least 1, got 2.5'],
    [{ num_classes: Number.NaN }, 'num_classes must be a whole number of at least 1, got NaN'],
    [{ steps: 3 }, 'multiplier must be at most steps (3), got 4'],
    [{ primitives: ['none'] }, 'each once and not none alone, got none'],
    [{ primitives: ['none', 'max_pool_3x3', 'max_pool_3x3'] }, 'each once'],
    [{ k: 4 }, 'C must be a multiple of k (4), got 2'],
    [{ k: 0 }, 'k must be a whole number of at least 1, got 0'],
    [{ stem: 'imagenet_b5' as 'imagenet' }, 'stem must be cifar or imagenet, got imagenet_b5'],
    [{ primitives: ['zero' as 'none'] }, 'primitives must be some of none, avg_pool_3x3, '],
  ])('refuses %j', (options, message) => {
    expect(() => new SearchNetwork({ ...small, ...options })).toThrow(RangeError);
    expect(() => new SearchNetwork({ ...small, ...options })).toThrow(message);
  });
});
