// optim_schedules: learning rates, confidence and drop path probability as functions of the epoch.
import { z } from 'zod';
import { confidence, cosine, linear, warm_up } from '../../../src/optim/index.js';
import { type Case, checker, type NotCovered } from '../checker.js';
import { header } from '../figures.js';
import { within } from '../measures.js';

const values = z.array(z.number());

const schema = z.object({
  header,
  cosine: z.array(
    z.object({ eta0: z.number(), eta_min: z.number(), T: z.number(), closed_form: values }),
  ),
  train_imagenet_b: z.array(
    z.object({ lr_scheduler: z.string(), epochs: z.number(), learning_rate: z.number() }),
  ),
  linear_adjust_lr: values,
  warm_up: values,
  confidence: z.array(z.object({ epochs: z.number(), power: z.number(), values })),
});

/** Mathematical libraries may differ in the last bit of a cosine or a power. */
const ROUNDING = 4 * Number.EPSILON;

function scheduleCase(
  name: string,
  expected: number[],
  lr: number,
  schedule: (epoch: number) => number,
): Case {
  return {
    name,
    run: () => [
      within(
        'every epoch',
        expected.map((_, epoch) => schedule(epoch)),
        expected,
        ROUNDING * lr,
      ),
    ],
  };
}

export const optimSchedules = checker(/^optim_schedules$/, schema, (figures) => {
  const linearRun = figures.train_imagenet_b.find((run) => run.lr_scheduler === 'linear');
  const epochs = figures.linear_adjust_lr.length;
  const cases: (Case | NotCovered)[] = [
    ...figures.cosine.map(({ eta0, eta_min, T, closed_form }) =>
      scheduleCase(`cosine ${eta0} to ${eta_min} in ${T}`, closed_form, eta0, (epoch) =>
        cosine(epoch, { lr: eta0, lr_min: eta_min, epochs: T }),
      ),
    ),
    ...figures.confidence.map(({ epochs, power, values: expected }) =>
      scheduleCase(`confidence of power ${power} in ${epochs}`, expected, 1, (epoch) =>
        confidence(epoch, epochs, power),
      ),
    ),
  ];
  if (linearRun) {
    const { learning_rate: lr } = linearRun;
    cases.push(
      scheduleCase('linear', figures.linear_adjust_lr, lr, (e) => linear(e, { lr, epochs })),
      scheduleCase('warm-up', figures.warm_up, lr, (e) =>
        warm_up(e, { lr, epochs: figures.warm_up.length }),
      ),
    );
  }
  return [
    ...cases,
    { name: 'train_imagenet_b', reason: 'the ImageNet script is not ported yet' },
    { name: 'train_search_imagenet_b', reason: 'the ImageNet script is not ported yet' },
    { name: 'drop path probability', reason: 'no such function yet' },
  ];
});
