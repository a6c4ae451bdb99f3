// init_*: parameters, buffers and architecture parameters of a network after seeded construction.
import * as torch from 'torch-js';
import { z } from 'zod';
import type { SearchNetwork } from '../../../src/models/search_network.js';
import { checker, rand3 } from '../checker.js';
import { header, tensorFigure } from '../figures.js';
import { exactly, type Measure, same, summarised, summaryOf, valuesOf } from '../measures.js';
import { builderOf, type Network, networkFigure } from '../networks.js';

const schema = z.object({
  header,
  ...networkFigure,
  parameter_count: z.number(),
  parameter_tensors: z.number(),
  rand3_after_construction: z.array(z.number()),
  arch_parameters: z.record(z.string(), tensorFigure),
  parameters: z.array(
    z.tuple([z.string(), z.array(z.number()), z.number(), z.number(), z.array(z.number())]),
  ),
  buffers: z.array(z.tuple([z.string(), z.array(z.number())])),
});
type InitFigures = z.infer<typeof schema>;

/** Sums differ by the order in which they are added up, the parameters themselves not at all. */
const EXACT_BUT_FOR_SUMMING = { sums: 1e-13, first: 0 };

function parameterMeasures(network: Network, figures: InitFigures): Measure[] {
  const parameters = network.named_parameters();
  const shapes = (named: [string, torch.Tensor][]) => named.map(([name, t]) => [name, t.shape]);
  return [
    same(
      'names and shapes of parameters',
      shapes(parameters),
      figures.parameters.map(([name, shape]) => [name, shape]),
    ),
    same('names and shapes of buffers', shapes(network.named_buffers()), figures.buffers),
    exactly('number of parameter tensors', parameters.length, figures.parameter_tensors),
    exactly(
      'number of parameters',
      parameters.reduce((sum, [, parameter]) => sum + parameter.numel(), 0),
      figures.parameter_count,
    ),
    ...figures.parameters.flatMap(([name, , sum, abs, first], i) => {
      const parameter = parameters[i]?.[1];
      if (!parameter) return [];
      const summary = summaryOf(parameter);
      return summarised(
        name,
        summary,
        { sum, abs, first },
        parameter.numel(),
        EXACT_BUT_FOR_SUMMING,
      );
    }),
  ];
}

export const init = checker(/^init_(?!fullsize)/, schema, (figures) => {
  const build = builderOf(figures);
  if (!build) return [{ name: 'construction', reason: figures.class }];
  const run = () => {
    torch.manual_seed(figures.header.seed);
    using network = build(figures.constructor);
    return [
      exactly('rand3 after construction', valuesOf(rand3()), figures.rand3_after_construction),
      ...parameterMeasures(network, figures),
      ...Object.entries(figures.arch_parameters).map(([name, { data }]) =>
        exactly(name, valuesOf((network as SearchNetwork)[name as 'alphas_normal']), data),
      ),
    ];
  };
  return [{ name: 'construction', run }];
});
