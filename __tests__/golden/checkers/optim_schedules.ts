// optim_schedules: learning rates, confidence and drop path probability as functions of the epoch.
import { z } from 'zod';
import {
  dropPathProbability,
  imagenetRate,
  learningRate,
} from '../../../src/engine/learning_rate.js';
import { confidence, cosine, linear, warm_up } from '../../../src/optim/index.js';
import { type Case, checker } from '../checker.js';
import { header } from '../figures.js';
import { within } from '../measures.js';

const values = z.array(z.number());

const schema = z.object({
  header,
  cosine: z.array(
    z.object({ eta0: z.number(), eta_min: z.number(), T: z.number(), closed_form: values }),
  ),
  train_imagenet_b: z.array(
    z.object({
      lr_scheduler: z.enum(['cosine', 'linear']),
      batch_size: z.number(),
      epochs: z.number(),
      learning_rate: z.number(),
      in_force_while_training: values,
    }),
  ),
  train_search_imagenet_b: z.object({ in_force_while_training: values }),
  linear_adjust_lr: values,
  warm_up: values,
  drop_path_prob_cifar: z.object({
    drop_path_prob: z.number(),
    epochs: z.number(),
    first: values,
    last: z.number(),
  }),
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
  const cases: Case[] = [
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
  for (const run of figures.train_imagenet_b) {
    const { lr_scheduler, batch_size, in_force_while_training: expected } = run;
    const options = { ...run, learning_rate_min: 0, warm_up_epochs: batch_size > 256 ? 5 : 0 };
    cases.push(
      scheduleCase(
        `train_imagenet_b, ${lr_scheduler}, batches of ${batch_size}`,
        expected,
        run.learning_rate,
        (epoch) => imagenetRate(epoch, options),
      ),
    );
  }
  const search = figures.train_search_imagenet_b.in_force_while_training;
  const searchOptions = {
    epochs: search.length,
    // The height that the warm-up comes to, in its fifth and last epoch.
    learning_rate: search[4] ?? NaN,
    learning_rate_min: 0,
    warm_up_epochs: 5,
  };
  cases.push(
    scheduleCase('train_search_imagenet_b', search, searchOptions.learning_rate, (epoch) =>
      learningRate(epoch, searchOptions),
    ),
  );
  const { first, last, ...dropPath } = figures.drop_path_prob_cifar;
  cases.push(
    scheduleCase('drop path probability', first, 1, (epoch) =>
      dropPathProbability(epoch, dropPath),
    ),
    scheduleCase('drop path probability of the last epoch', [last], 1, () =>
      dropPathProbability(dropPath.epochs - 1, dropPath),
    ),
  );
  return cases;
});
