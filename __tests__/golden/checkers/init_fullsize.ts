// init_fullsize: counts and sums of the weights of every network at the default size of its script.
import * as torch from 'torch-js';
import { z } from 'zod';
import {
  namedGenotype,
  PRIMITIVES,
  PRIMITIVES_WITHOUT_SKIP,
} from '../../../src/models/genotypes.js';
import { edgeCount } from '../../../src/models/search_cell.js';
import { SearchNetwork } from '../../../src/models/search_network.js';
import { Conv2d } from '../../../src/nn/index.js';
import { checker, rand3 } from '../checker.js';
import { header } from '../figures.js';
import { exactly, type Measure, summaryOf, valuesOf, within } from '../measures.js';
import { NETWORKS, type Network } from '../networks.js';

const network = z.object({
  network: z.string(),
  constructor: z.array(z.union([z.number(), z.string(), z.boolean()])),
  parameter_count: z.number(),
  parameter_tensors: z.number(),
  buffer_tensors: z.number(),
  conv_count: z.number(),
  arch_parameter_count: z.number(),
  weights_sum_abs: z.array(z.number()),
  rand3_after_construction: z.array(z.number()),
});
type NetworkFigures = z.infer<typeof network>;

/** Some networks of the file have counts alone. */
const schema = z.object({
  header,
  networks: z.array(z.union([network, z.looseObject({ network: z.string() })])),
});

/** The class that the file means by a network's name, and its arguments by name; undefined where there is none. */
function construction(figures: NetworkFigures): [name: string, args: object] | undefined {
  const { network: name, constructor: args } = figures;
  const [C, num_classes, layers] = args;
  if (name.startsWith('CLR search')) {
    // The file tells the two lists of operations apart by their size alone.
    const primitives = [PRIMITIVES, PRIMITIVES_WITHOUT_SKIP].find(
      (list) => 2 * edgeCount(4) * list.length === figures.arch_parameter_count,
    );
    const options = { C, num_classes, layers, en_layers: args[3], primitives };
    return ['BNASv2CLR model_search_b.Network', options];
  }
  const evaluation = (genotype: unknown) => {
    const genotype_arrays = namedGenotype(String(genotype));
    return { C, num_classes, layers, en_layers: args[5], genotype_arrays };
  };
  if (name.startsWith('CLR eval')) {
    return ['BNASv2CLR model_b.Network', { ...evaluation(args[3]), set: args[4] }];
  }
  if (name.startsWith('PC eval')) return ['BNASv2PC model_b.NetworkCIFAR', evaluation(args[4])];
  return undefined;
}

function measures(model: Network, figures: NetworkFigures): Measure[] {
  const drawn = valuesOf(rand3());
  const parameters = model.parameters();
  const count = (tensors: torch.Tensor[]) => tensors.reduce((sum, t) => sum + t.numel(), 0);
  const weights = parameters.map((parameter) => torch.tidy(() => summaryOf(parameter)));
  const sums = [
    weights.reduce((sum, summary) => sum + summary.sum, 0),
    weights.reduce((sum, summary) => sum + summary.abs, 0),
  ];
  const arch = model instanceof SearchNetwork ? model.arch_parameters() : [];
  return [
    exactly('rand3 after construction', drawn, figures.rand3_after_construction),
    exactly('number of parameters', count(parameters), figures.parameter_count),
    exactly('number of parameter tensors', parameters.length, figures.parameter_tensors),
    exactly('number of buffers', model.buffers().length, figures.buffer_tensors),
    exactly('number of architecture parameters', count(arch), figures.arch_parameter_count),
    exactly(
      'number of convolutions',
      model.modules().filter((module) => module instanceof Conv2d).length,
      figures.conv_count,
    ),
    // The sums differ by the order of adding up.
    within('sums of weights', sums, figures.weights_sum_abs, 1e-13 * (sums[1] as number)),
  ];
}

export const initFullsize = checker(/^init_fullsize$/, schema, ({ header: { seed }, networks }) => [
  ...networks.map((figures) => {
    const name = figures.network;
    const known = network.safeParse(figures);
    const [className, args] = (known.success && construction(known.data)) || [];
    const build = NETWORKS[className ?? ''];
    if (!known.success || !build) return { name, reason: 'no such network yet' };
    const run = () => {
      torch.manual_seed(seed);
      using model = build(args);
      return measures(model, known.data);
    };
    return { name, run };
  }),
  { name: 'script defaults', reason: 'the scripts are not ported yet' },
]);
