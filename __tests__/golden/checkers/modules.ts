// functional_modules_*: operations and mixed operations, forward and backward in training, then forward in eval.

import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { z } from 'zod';
import { PRIMITIVES, type Primitive } from '../../../src/models/genotypes.js';
import { MixedOp } from '../../../src/models/mixed_op.js';
import { FactorizedReduce, OPS, ReLUConvBN } from '../../../src/models/operations.js';
import type { Module } from '../../../src/nn/index.js';
import { type Case, checker } from '../checker.js';
import { header, namedValues, tensorFigure } from '../figures.js';
import { exactly, l2, type Measure, same, tensorL2, valuesOf, within } from '../measures.js';

const moduleCase = z.object({
  name: z.string(),
  arguments: z.object({ class: z.string() }),
  manual_seed_before_construction: z.number(),
  x: tensorFigure,
  weights: z.array(z.number()).optional(),
  weights_gradient: z.array(z.number()).optional(),
  parameters: z.array(z.tuple([z.string(), z.array(z.number()), z.array(z.number())])),
  output: tensorFigure,
  output_gradient: tensorFigure,
  x_gradient: tensorFigure,
  parameter_gradients: z.array(namedValues),
  buffers_after: z.array(namedValues),
  eval_output: tensorFigure,
});
type ModuleFigures = z.infer<typeof moduleCase>;

type AnyOperation = Module<[Tensor, ...Tensor[]], Tensor>;
type Builder = (...parameters: never[]) => AnyOperation;

const BUILDERS: Record<string, Builder> = {
  'operations.ReLUConvBN': (...args: ConstructorParameters<typeof ReLUConvBN>) =>
    new ReLUConvBN(...args),
  'operations.FactorizedReduce': (...args: ConstructorParameters<typeof FactorizedReduce>) =>
    new FactorizedReduce(...args),
  'BNASv2CLR model_search_b.MixedOp': mixedOp(1),
  'BNASv2PC model_search_b.MixedOp': mixedOp(4),
  'BNASv2PC model_search_imagenet_b.MixedOp': mixedOp(2),
};

function mixedOp(k: number): Builder {
  return (C: number, stride: number) =>
    new MixedOp(C, stride, PRIMITIVES, { k, max_pool_floor: true }) as AnyOperation;
}

/**
 * Reads an expression such as `operations.OPS['sep_conv_3x3'](4, 1, True)`; a keyword stands at its position.
 * Undefined when the class is unknown here.
 */
function parseConstruction(text: string): (() => AnyOperation) | undefined {
  const [, name, primitive, list] = /^([\w. ]+?)(?:\['(\w+)'\])?\((.*)\)$/.exec(text) ?? [];
  const values = (list ?? '').split(', ').map((argument) => {
    const value = argument.replace(/^\w+=/, '');
    return value === 'True' || value === 'False' ? value === 'True' : Number(value);
  }) as never[];
  const build = name === 'operations.OPS' ? OPS[primitive as Primitive] : BUILDERS[name as string];
  return build && (() => (build as Builder)(...values));
}

function namedMeasures(kind: string, actual: [string, Tensor][], expected: [string, number[]][]) {
  const names = (list: [string, unknown][]) => list.map(([name]) => name);
  return [
    same(`names of ${kind}`, names(actual), names(expected)),
    ...expected.map(([name, data], i) => {
      const values = actual[i] ? valuesOf(actual[i][1]) : [];
      // Running means may be near 0 by cancellation, so that a share of their own size says little.
      return name.endsWith('running_mean')
        ? within(name, values, data, 1e-6 + 1e-5 * data.reduce((sum, v) => sum + Math.abs(v), 0))
        : l2(`${name} ${kind}`, values, data);
    }),
  ];
}

function drawMeasures(figures: ModuleFigures): { measures: Measure[]; weights?: Tensor } {
  const measures = [
    exactly('x drawn after construction', valuesOf(torch.randn(figures.x.shape)), figures.x.data),
  ];
  if (!figures.weights) return { measures };
  const drawn = torch.randn([figures.weights.length]).softmax(-1);
  measures.push(l2('weights drawn after x', valuesOf(drawn), figures.weights));
  return { measures, weights: torch.tensor(figures.weights, { requires_grad: true }) };
}

function run(figures: ModuleFigures, build: () => AnyOperation): Measure[] {
  torch.manual_seed(figures.manual_seed_before_construction);
  using module = build();
  const parameters = module.named_parameters();
  const { measures, weights } = drawMeasures(figures);
  measures.push(
    same(
      'names and shapes of parameters',
      parameters.map(([name, parameter]) => [name, parameter.shape]),
      figures.parameters.map(([name, shape]) => [name, shape]),
    ),
    ...figures.parameters.map(([name, , data], i) =>
      exactly(`parameter ${name}`, parameters[i] ? valuesOf(parameters[i][1]) : [], data),
    ),
  );
  const { shape } = figures.x;
  const x = torch.tensor(figures.x.data, { shape, requires_grad: true });
  const inputs: [Tensor, ...Tensor[]] = weights ? [x, weights] : [x];
  const output = module.train().call(...inputs);
  output.backward(torch.randn(output.shape));
  const gradients = parameters.map(([name, { grad }]): [string, Tensor] => [name, grad as Tensor]);
  const buffers = module.named_buffers().filter(([name]) => !name.endsWith('num_batches_tracked'));
  measures.push(
    tensorL2('output', output, figures.output),
    tensorL2('x gradient', x.grad, figures.x_gradient),
    ...namedMeasures('gradients', gradients, figures.parameter_gradients),
    ...namedMeasures('buffers', buffers, figures.buffers_after),
  );
  if (figures.weights_gradient) {
    const gradient = valuesOf(weights?.grad as Tensor);
    measures.push(l2('weights gradient', gradient, figures.weights_gradient));
  }
  const evalOutput = torch.no_grad(() => module.eval().call(...inputs));
  return [...measures, tensorL2('eval output', evalOutput, figures.eval_output)];
}

const schema = z.object({ header, cases: z.array(moduleCase) });

export const modules = checker(/^functional_modules_/, schema, ({ cases }) =>
  cases.map((figures): Case | { name: string; reason: string } => {
    const build = parseConstruction(figures.arguments.class);
    if (!build) return { name: figures.name, reason: figures.arguments.class };
    return { name: figures.name, run: () => run(figures, build) };
  }),
);
