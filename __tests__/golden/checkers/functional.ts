// functional_{conv,pool_norm,misc}: single functions, with inputs, outputs and gradients given in full.

import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { z } from 'zod';
import { Meter } from '../../../src/engine/accuracy.js';
import { drop_path } from '../../../src/models/drop_path.js';
import { edgeWeights } from '../../../src/models/edges.js';
import { channel_shuffle } from '../../../src/models/mixed_op.js';
import { Zero } from '../../../src/models/operations.js';
import { sumOfTerms } from '../../../src/models/sum_of_terms.js';
import { functional as F } from '../../../src/nn/index.js';
import { clip_grad_norm_ } from '../../../src/optim/clip_grad.js';
import { type Case, checker, type NotCovered } from '../checker.js';
import { header, type TensorFigure, tensorFigure } from '../figures.js';
import {
  L2_TOLERANCE,
  l2,
  type Measure,
  relative,
  tensorL2,
  valuesOf,
  within,
} from '../measures.js';

const statistics = z.object({
  running_mean: z.array(z.number()),
  running_var: z.array(z.number()),
});

const functionCase = z.object({
  name: z.string(),
  arguments: z.looseObject({
    function: z.string().optional(),
    class: z.string().optional(),
    module: z.string().optional(),
    what: z.string().optional(),
  }),
  inputs: z.record(z.string(), tensorFigure),
  output: tensorFigure,
  output_gradient: tensorFigure,
  input_gradients: z.record(z.string(), tensorFigure),
  running_before: statistics.optional(),
  running_after: statistics.optional(),
});
type FunctionFigures = z.infer<typeof functionCase>;

const clipping = z.object({
  max_norm: z.number(),
  gradients: z.array(tensorFigure),
  total_norm: z.number(),
  clipped: z.array(tensorFigure),
});

const accuracyFigures = z.object({
  logits: tensorFigure,
  target: z.array(z.number()),
  top1: z.number(),
  top5: z.number(),
});

const schema = z.object({
  header,
  cases: z.array(functionCase),
  clip_grad_norm: z.array(clipping).default([]),
  accuracy: z.array(accuracyFigures).default([]),
  average_meter: z.object({ rows: z.array(z.array(z.number())) }).optional(),
});

// Arguments of a case come from JSON, each under the name that the function of the original has for it.
// biome-ignore lint/suspicious/noExplicitAny: as above
type Arguments = any;
type Inputs = Record<string, Tensor> & { x: Tensor };
type Running = Record<'running_mean' | 'running_var', Tensor>;
type Compute = (inputs: Inputs, args: Arguments, running: Running) => Tensor;

/** By what a case says that it computes: its function, class, module, or the words of `what`. */
const FUNCTIONS: Record<string, Compute> = {
  conv2d: ({ x, weight }, { bias, ...options }) => F.conv2d(x, weight as Tensor, bias, options),
  linear: ({ x, weight, bias }) => F.linear(x, weight as Tensor, bias),
  relu: ({ x }) => F.relu(x),
  softmax: ({ x }, { dim }) => F.softmax(x, dim),
  log_softmax: ({ x }, { dim }) => F.log_softmax(x, dim),
  avg_pool2d: ({ x }, { kernel, ...options }) => F.avg_pool2d(x, kernel, options),
  max_pool2d: ({ x }, { kernel, ...options }) => F.max_pool2d(x, kernel, options),
  adaptive_avg_pool2d: ({ x }, { size }) => F.adaptive_avg_pool2d(x, size),
  batch_norm: ({ x, weight, bias }, { training, momentum, eps }, running) =>
    F.batch_norm(x, running.running_mean, running.running_var, {
      weight,
      bias,
      training,
      momentum,
      eps,
    }),
  channel_shuffle: ({ x }, { groups }) => channel_shuffle(x, groups),
  cross_entropy: ({ x, target }, { reduction }) =>
    F.cross_entropy(x, target as Tensor, { reduction }),
  CrossEntropyLabelSmooth: ({ x, target }, { epsilon }) =>
    F.cross_entropy(x, target as Tensor, { label_smoothing: epsilon }),
  drop_path: ({ x }, { drop_prob, manual_seed_just_before }) => {
    torch.manual_seed(manual_seed_just_before);
    // In place, so not on the leaf itself.
    return drop_path(x.clone(), drop_prob);
  },
  'operations.Zero': ({ x }, { module }) => new Zero(Number(/\d+/.exec(module)?.[0])).call(x),
  'softmax over the groups': ({ x }, { what }) => edgeWeights(x, what.match(/\d+:\d+/g).length),
  'sum(w_i * x_i)': ({ w, x }) =>
    sumOfTerms((w as Tensor).unbind(0), (weight, i) => weight.mul(x.select(0, i))),
};

function computeOf({ arguments: args }: FunctionFigures): Compute | undefined {
  const text = args.function ?? args.class ?? args.module ?? args.what ?? '';
  // A module stands with its arguments, and `what` with an explanation.
  return FUNCTIONS[text] ?? FUNCTIONS[text.replace(/(?:\(\d+\)| as .*| \d+:.*)$/, '')];
}

function toTensor({ shape, data }: TensorFigure, name: string): Tensor {
  return name === 'target'
    ? torch.tensor(data, { shape, dtype: 'int64' })
    : torch.tensor(data, { shape, requires_grad: true });
}

function run(figures: FunctionFigures, compute: Compute): Measure[] {
  const inputs = Object.fromEntries(
    Object.entries(figures.inputs).map(([name, figure]) => [name, toTensor(figure, name)]),
  ) as Inputs;
  const running = Object.fromEntries(
    Object.entries(figures.running_before ?? {}).map(([name, data]) => [name, torch.tensor(data)]),
  ) as Running;
  const output = compute(inputs, figures.arguments, running);
  const { shape, data } = figures.output_gradient;
  output.backward(torch.tensor(data, { shape }));
  return [
    tensorL2('output', output, figures.output),
    ...Object.entries(figures.input_gradients).map(([name, gradient]) =>
      tensorL2(`gradient of ${name}`, (inputs[name] as Tensor).grad, gradient),
    ),
    ...Object.entries(figures.running_after ?? {}).map(([name, after]) =>
      l2(name, valuesOf(running[name as keyof Running]), after),
    ),
  ];
}

function clip(figures: z.infer<typeof clipping>): Measure[] {
  const parameters = figures.gradients.map(({ shape, data }) => {
    const parameter = torch.zeros(shape, { requires_grad: true });
    parameter.grad = torch.tensor(data, { shape });
    return parameter;
  });
  const norm = Number(clip_grad_norm_(parameters, figures.max_norm).item());
  return [
    relative('total norm', norm, figures.total_norm, L2_TOLERANCE),
    ...figures.clipped.map((clipped, i) =>
      tensorL2(`clipped gradient ${i}`, parameters[i]?.grad ?? null, clipped),
    ),
  ];
}

function accuracy(figures: z.infer<typeof accuracyFigures>): Measure[] {
  using meter = new Meter('cpu');
  const target = torch.tensor(figures.target, { dtype: 'int64' });
  meter.add(torch.tensor(0), toTensor(figures.logits, 'logits'), target);
  const { top1, top5 } = meter.read();
  return [within('top 1 and top 5', [top1, top5], [figures.top1, figures.top5], 1e-5)];
}

/** Rows of [value, count, average so far, ...]: losses of batches of that many images. */
function averages(rows: number[][]): Measure[] {
  using meter = new Meter('cpu');
  return rows.map(([value = NaN, count = NaN, average = NaN], i) => {
    const target = torch.zeros([count], { dtype: 'int64' });
    meter.add(torch.tensor(value), torch.zeros([count, 2]), target);
    return relative(`average after ${i + 1}`, meter.read().loss, average, L2_TOLERANCE);
  });
}

export const functional = checker(
  /^functional_(?!modules_)/,
  schema,
  (file): (Case | NotCovered)[] => [
    ...file.cases.map((figures) => {
      const compute = computeOf(figures);
      return compute
        ? { name: figures.name, run: () => run(figures, compute) }
        : { name: figures.name, reason: 'no function of its own' };
    }),
    ...file.clip_grad_norm.map((figures, i) => ({
      name: `clip_grad_norm ${i}`,
      run: () => clip(figures),
    })),
    ...file.accuracy.map((figures, i) => ({ name: `accuracy ${i}`, run: () => accuracy(figures) })),
    ...[file.average_meter ?? []].flat().map(({ rows }) => ({
      name: 'average_meter',
      run: () => averages(rows),
    })),
  ],
);
