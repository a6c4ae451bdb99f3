// optim: optimizer steps on two tensors with given gradients.

import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { z } from 'zod';
import { Adam, AdamW, SGD } from '../../../src/optim/index.js';
import { checker } from '../checker.js';
import { header } from '../figures.js';
import { exactly, type Measure, valuesOf } from '../measures.js';

const values = z.array(z.number());

const runFigures = z.object({
  name: z.string(),
  class: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  lr_per_step: values,
  /** A list a step, of a list a parameter. */
  parameters_after_step: z.array(z.array(values)),
  /** For each parameter. */
  state_after_last_step: z.array(z.record(z.string(), z.union([z.number(), values]))),
});

const schema = z.object({
  header,
  shapes: z.array(z.array(z.number())),
  start: z.array(values),
  gradients: z.array(z.array(values)),
  runs: z.array(runFigures),
});

const OPTIMIZERS: Record<string, new (params: Tensor[], options: object) => SGD | Adam> = {
  SGD,
  Adam,
  AdamW,
};

type OptimFigures = z.infer<typeof schema>;

function run(
  { shapes, start, gradients }: OptimFigures,
  figures: z.infer<typeof runFigures>,
  Optimizer: new (params: Tensor[], options: object) => SGD | Adam,
): Measure[] {
  const parameters = start.map((data, i) =>
    torch.tensor(data, { shape: shapes[i], requires_grad: true }),
  );
  const optimizer = new Optimizer(parameters, figures.arguments);
  const measures = figures.lr_per_step.flatMap((lr, step) => {
    parameters.forEach((parameter, i) => {
      parameter.grad = torch.tensor(gradients[step]?.[i] ?? [], { shape: shapes[i] });
    });
    optimizer.lr = lr;
    optimizer.step();
    return parameters.map((parameter, i) => {
      const expected = figures.parameters_after_step[step]?.[i] ?? [];
      return exactly(`parameter ${i} after step ${step}`, valuesOf(parameter), expected);
    });
  });
  const { state } = optimizer.state_dict();
  const stateMeasures = figures.state_after_last_step.flatMap((expected, i) =>
    Object.entries(expected).map(([name, value]) => {
      const own = state.get(i)?.[name];
      const actual =
        typeof own === 'number' || own === undefined ? (own ?? Number.NaN) : valuesOf(own);
      return exactly(`${name} of parameter ${i}`, actual, value);
    }),
  );
  optimizer.dispose();
  return [...measures, ...stateMeasures];
}

export const optim = checker(/^optim$/, schema, (figures) =>
  figures.runs.map((entry) => {
    const Optimizer = OPTIMIZERS[entry.class];
    return Optimizer
      ? { name: entry.name, run: () => run(figures, entry, Optimizer) }
      : { name: entry.name, reason: entry.class };
  }),
);
