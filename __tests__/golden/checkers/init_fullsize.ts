// init_fullsize: counts and sums of the weights of every network at the default size of its script, and the scripts'
// defaults.
import * as torch from 'torch-js';
import { z } from 'zod';
import { edgeCount } from '../../../src/models/edges.js';
import {
  namedGenotype,
  PRIMITIVES,
  PRIMITIVES_WITHOUT_SKIP,
} from '../../../src/models/genotypes.js';
import { SearchNetwork } from '../../../src/models/search_network.js';
import { Conv2d } from '../../../src/nn/index.js';
import { checker, rand3 } from '../checker.js';
import { header } from '../figures.js';
import { exactly, type Measure, summaryOf, valuesOf, within } from '../measures.js';
import { builderOf, type Network } from '../networks.js';
import { scriptMeasures } from '../script_defaults.js';

const network = z.object({
  network: z.string(),
  constructor: z.array(z.union([z.number(), z.string(), z.boolean()])),
  parameter_count: z.number(),
  parameter_tensors: z.number(),
  buffer_tensors: z.number(),
  conv_count: z.number(),
  /** The largest networks have counts alone. */
  arch_parameter_count: z.number().default(0),
  weights_sum_abs: z.array(z.number()).optional(),
  rand3_after_construction: z.array(z.number()).optional(),
});
type NetworkFigures = z.infer<typeof network>;

const schema = z.object({
  header,
  networks: z.array(network),
  script_defaults: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});

/** The class that the file means by a network's name, and its arguments by name; undefined where there is none. */
function construction(figures: NetworkFigures): [name: string, args: object] | undefined {
  const { network: name, constructor: args } = figures;
  const [C, num_classes, layers] = args;
  const search = { C, num_classes, layers, en_layers: args[3] };
  const evaluation = (genotype: unknown) => {
    const genotype_arrays = namedGenotype(String(genotype));
    return { C, num_classes, layers, en_layers: args[5], genotype_arrays };
  };
  switch (name.split(' ').slice(0, 2).join(' ')) {
    case 'CLR search': {
      // The file tells the two lists of operations apart by their size alone.
      const primitives = [PRIMITIVES, PRIMITIVES_WITHOUT_SKIP].find(
        (list) => 2 * edgeCount(4) * list.length === figures.arch_parameter_count,
      );
      return ['BNASv2CLR model_search_b.Network', { ...search, primitives }];
    }
    case 'PC search':
      return ['BNASv2PC model_search_b.Network', search];
    case 'PC ImageNet':
      return ['BNASv2PC model_search_imagenet_b.Network', search];
    case 'CLR eval':
      return ['BNASv2CLR model_b.Network', { ...evaluation(args[3]), set: args[4] }];
    case 'PC eval':
      return ['BNASv2PC model_b.NetworkCIFAR', evaluation(args[4])];
    case 'ImageNet b2':
      return ['BNASv2PC model_b.NetworkImageNet_b2', evaluation(args[4])];
    case 'ImageNet b5':
      return ['BNASv2PC model_b.NetworkImageNet_b5', evaluation(args[4])];
    default:
      return undefined;
  }
}

function drawMeasures(model: Network, figures: NetworkFigures): Measure[] {
  const { rand3_after_construction, weights_sum_abs } = figures;
  if (!rand3_after_construction || !weights_sum_abs) return [];
  const drawn = exactly('rand3 after construction', valuesOf(rand3()), rand3_after_construction);
  const weights = model.parameters().map((parameter) => torch.tidy(() => summaryOf(parameter)));
  const sums = [
    weights.reduce((sum, summary) => sum + summary.sum, 0),
    weights.reduce((sum, summary) => sum + summary.abs, 0),
  ];
  // The sums differ by the order of adding up.
  return [drawn, within('sums of weights', sums, weights_sum_abs, 1e-13 * (sums[1] as number))];
}

function countMeasures(model: Network, figures: NetworkFigures): Measure[] {
  const parameters = model.parameters();
  const count = (tensors: torch.Tensor[]) => tensors.reduce((sum, t) => sum + t.numel(), 0);
  const arch = model instanceof SearchNetwork ? model.arch_parameters() : [];
  const convolutions = model.modules().filter((module) => module instanceof Conv2d);
  return [
    exactly('number of parameters', count(parameters), figures.parameter_count),
    exactly('number of parameter tensors', parameters.length, figures.parameter_tensors),
    exactly('number of buffers', model.buffers().length, figures.buffer_tensors),
    exactly('number of architecture parameters', count(arch), figures.arch_parameter_count),
    exactly('number of convolutions', convolutions.length, figures.conv_count),
  ];
}

export const initFullsize = checker(/^init_fullsize$/, schema, (file) => [
  ...file.networks.map((figures) => {
    const name = figures.network;
    const [className, args] = construction(figures) ?? [];
    const build = builderOf({ class: className ?? '' });
    if (!build) return { name, reason: 'no such network' };
    const run = () => {
      torch.manual_seed(file.header.seed);
      using model = build(args);
      return [...drawMeasures(model, figures), ...countMeasures(model, figures)];
    };
    return { name, run };
  }),
  ...Object.entries(file.script_defaults).map(([script, defaults]) => ({
    name: `defaults of ${script}`,
    run: () => scriptMeasures(script, defaults),
  })),
]);
