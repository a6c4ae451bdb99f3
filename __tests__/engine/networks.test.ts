// From a config to networks and architect: every key reaches the part it is about.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { makeArchitect, makeFoundNetwork, makeSupernet } from '../../src/engine/networks.js';
import { namedGenotype } from '../../src/models/genotypes.js';
import { type AnyModule, BatchNorm2d, CrossEntropyLoss } from '../../src/nn/index.js';
import { SGD } from '../../src/optim/index.js';
import { owned } from '../support/owned.js';
import { valuesOf } from '../support/tensors.js';
import { toyConfig } from './toy.js';

const digits = { classes: 10, image_shape: [1, 28, 28] as const };

/** One step of the architecture as the config has it, on random images. */
function step(...overrides: string[]) {
  const config = toyConfig(...overrides);
  const size = config.search.stem === 'imagenet' ? 64 : 16;
  torch.manual_seed(1);
  const model = owned(makeSupernet(config, digits));
  const { learning_rate: lr, momentum } = config.search;
  const optimizer = owned(new SGD(model.parameters(), { lr, momentum }));
  const criterion = new CrossEntropyLoss();
  const architect = makeArchitect(config, { model, images: digits, criterion, optimizer });
  owned(architect.optimizer);
  const before = model.arch_parameters().map(valuesOf);
  const batch = () => ({
    images: torch.randn([2, 1, size, size]),
    labels: torch.randint(0, 10, [2], { dtype: 'int64' }),
  });
  const batches = { train: batch(), valid: batch() };
  const generator = torch.default_generator.get_state();
  architect.step(batches, 0.5);
  const drew = valuesOf(torch.default_generator.get_state()).join() !== valuesOf(generator).join();
  const after = model.arch_parameters().map(valuesOf);
  const [norm] = model.modules().filter((module) => module instanceof BatchNorm2d);
  const gradients = model.arch_parameters().map(({ grad }) => valuesOf(grad as torch.Tensor));
  return {
    model,
    before,
    after,
    gradients,
    drew,
    lr: architect.optimizer.lr,
    tracked: Number(norm?.num_batches_tracked?.item()),
  };
}

const inScope = (name: string, check: () => void) => test(name, () => torch.tidy(check));

describe('search.second_order', () => {
  inScope('off, finite_difference and exact give three different gradients', () => {
    const orders = ['off', 'finite_difference', 'exact'];
    const first = orders.map((order) => step(`search.second_order=${order}`).gradients[0]?.[0]);
    expect(new Set(first).size).toBe(3);
  });
});

const second = 'search.second_order=finite_difference';

describe('quirks', () => {
  inScope('none in mode fixed', () => {
    const { lr, drew, tracked } = step(second);
    expect({ lr, drew, tracked }).toEqual({ lr: 0.05, drew: false, tracked: 1 });
  });

  inScope('all in mode reference', () => {
    const { lr, drew, tracked } = step(second, 'mode=reference');
    expect({ lr, drew, tracked }).toEqual({ lr: 0.1, drew: true, tracked: 3 });
  });

  inScope('one by one', () => {
    expect(step(second, 'quirks.second_order_confidence=true').lr).toBe(0.1);
    expect(step(second, 'quirks.unrolled_rebuild_draws=true').drew).toBe(true);
    expect(step(second, 'quirks.hvp_rounding=true').tracked).toBe(3);
    expect(step(second, 'mode=reference', 'quirks.hvp_rounding=false').tracked).toBe(1);
    const { options } = step('quirks.max_pool_floor=true', 'quirks.double_edge_eval=true').model;
    expect(options).toMatchObject({ max_pool_floor: true, double_edge_eval: true });
  });

  inScope('the rebuild draws what a new network draws', () => {
    const config = toyConfig();
    const { model } = step(second, 'quirks.unrolled_rebuild_draws=true');
    const after = valuesOf(torch.rand([3]));
    step(second);
    const another = owned(makeSupernet(config, digits));
    expect(valuesOf(torch.rand([3]))).toEqual(after);
    expect(model.options).toEqual(another.options);
  });

  inScope('the rebuild of a network with old initialisation makes its draws too', () => {
    step(second, 'init=legacy', 'quirks.unrolled_rebuild_draws=true');
    const after = valuesOf(torch.rand([3]));
    step(second, 'init=legacy');
    owned(makeSupernet(toyConfig('init=legacy'), digits));
    expect(valuesOf(torch.rand([3]))).toEqual(after);
    step(second, 'init=legacy');
    owned(makeSupernet(toyConfig(), digits));
    expect(valuesOf(torch.rand([3]))).not.toEqual(after);
  });

  inScope(
    'imagenet_unrolled_ignored: the search on ImageNet is of first order, whatever is asked',
    () => {
      const imagenet = 'search.stem=imagenet';
      const ignored = 'quirks.imagenet_unrolled_ignored=true';
      const first = step(imagenet).gradients;
      expect(step(imagenet, second, ignored).gradients).toEqual(first);
      expect(step(imagenet, second).gradients).not.toEqual(first);
      expect(step(second, ignored).gradients).toEqual(step(second).gradients);
    },
  );

  inScope('factorized_reduce_odd: odd sizes cannot be halved', () => {
    const images = torch.randn([2, 1, 15, 15]);
    const network = (...overrides: string[]) => {
      const config = toyConfig('search.primitives=[skip_connect, none]', ...overrides);
      return owned(makeSupernet(config, digits));
    };
    expect(network().call(images).shape).toEqual([2, 10]);
    const odd = network('quirks.factorized_reduce_odd=true');
    expect(() => odd.call(images)).toThrow(expect.objectContaining({ code: 'ERR_TORCH' }));
    expect(odd.call(torch.randn([2, 1, 16, 16])).shape).toEqual([2, 10]);
  });

  inScope('imagenet_drop_path_dead: networks for ImageNet drop no path', () => {
    const drops = (...overrides: string[]) => {
      const config = toyConfig('training.stem=imagenet', ...overrides);
      const network = owned(makeFoundNetwork(config, namedGenotype('DARTS_V2'), digits));
      network.drop_path_prob = 0.5;
      const before = valuesOf(torch.default_generator.get_state());
      network.call(torch.ones([2, 1, 64, 64]));
      return valuesOf(torch.default_generator.get_state()).join() !== before.join();
    };
    expect(drops()).toBe(true);
    expect(drops('mode=reference')).toBe(false);
    expect(drops('mode=reference', 'quirks.imagenet_drop_path_dead=false')).toBe(true);
  });
});

describe('search', () => {
  inScope('held leaves the alphas of these operations where they were drawn', () => {
    const { before, after } = step('search.held=[skip_connect]');
    const column = (values: number[][], which: number) =>
      values.flatMap((alphas) => alphas.filter((_, i) => i % 3 === which));
    expect(column(after, 1)).toEqual(column(before, 1));
    const moved = [0, 2].map((which) =>
      column(after, which).every((value, i) => value !== column(before, which)[i]),
    );
    expect(moved).toEqual([true, true]);
  });

  inScope('arch_grad_clip bounds the gradient of the architecture', () => {
    const { gradients } = step('search.arch_grad_clip=1e-4');
    expect(Math.hypot(...gradients.flat())).toBeLessThanOrEqual(1.00001e-4);
  });

  inScope('B-PC-DARTS: partial channels, and edges weighed', () => {
    const { model, before, after } = step(
      'search.init_channels=4',
      'search.partial_channels=2',
      'search.edge_normalisation=true',
    );
    expect(model.options).toMatchObject({ k: 2, betas: true });
    expect(before.map(({ length }) => length)).toEqual([42, 42, 14, 14]);
    expect(after.every((values, i) => values.join() !== before[i]?.join())).toBe(true);
  });

  inScope('a space without none', () => {
    const { model, after } = step('search.primitives=[skip_connect, max_pool_3x3, avg_pool_3x3]');
    expect(after[0]).toHaveLength(42);
    const names = model.genotype().normal.map(([operation]) => operation);
    expect(new Set([...names, ...model.options.primitives])).toEqual(
      new Set(model.options.primitives),
    );
  });
});

describe('init: legacy', () => {
  const scales = (network: AnyModule) =>
    network
      .modules()
      .flatMap((module) =>
        module instanceof BatchNorm2d && module.weight ? valuesOf(module.weight) : [],
      );

  inScope('draws the scales of supernets and found networks, and only then', () => {
    const networks = (init: string) => {
      const config = toyConfig(`init=${init}`);
      return [
        owned(makeSupernet(config, digits)),
        owned(makeFoundNetwork(config, namedGenotype('DARTS_V2'), digits)),
      ];
    };
    for (const network of networks('modern'))
      expect(new Set(scales(network))).toEqual(new Set([1]));
    for (const network of networks('legacy')) {
      const drawn = scales(network);
      expect(new Set(drawn).size).toBe(drawn.length);
      expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...drawn)).toBeLessThan(1);
    }
  });
});
