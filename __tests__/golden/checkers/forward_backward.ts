// forward_backward_*: logits, loss, gradients and statistics of one training forward and backward, then logits in eval.

import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { z } from 'zod';
import { EvaluationNetwork } from '../../../src/models/evaluation_network.js';
import type { SearchNetwork } from '../../../src/models/search_network.js';
import { BatchNorm2d, CrossEntropyLoss } from '../../../src/nn/index.js';
import { type Case, checker, rand3 } from '../checker.js';
import { FiguresError, header, recipeSeeds, tensorFigure } from '../figures.js';
import {
  exactly,
  L2_TOLERANCE,
  type Measure,
  relative,
  same,
  summarised,
  summaryOf,
  tensorL2,
  valuesOf,
  within,
} from '../measures.js';
import { builderOf, type Network, networkFigure } from '../networks.js';

const named = z.tuple([z.string(), z.number(), z.number(), z.array(z.number())]);

const schema = z.object({
  header,
  ...networkFigure,
  recipe: z.string(),
  input_shape: z.array(z.number()),
  classes: z.number(),
  x: z.tuple([z.number(), z.number(), z.array(z.number())]),
  y: z.array(z.number()),
  draws_in_train_forward: z.number(),
  train_logits: tensorFigure,
  loss: z.number(),
  eval_logits: tensorFigure,
  arch_gradients: z.record(z.string(), tensorFigure),
  parameters_without_gradient: z.array(z.string()),
  parameters_with_zero_gradient: z.array(z.string()),
  gradients: z.array(named),
  bn_after_train_forward: z.array(z.tuple([z.string(), z.number(), z.number(), z.number()])),
  drop_path_masks_in_call_order: z.array(z.string()).optional(),
});
type Figures = z.infer<typeof schema>;

const GRADIENT_TOLERANCE = { sums: 3e-5, first: 1e-4 };

/** The original's b5 network itself differs this much more between kernels: it is wide and five cells deep. */
const slackOf = ({ class: name }: Figures) => (name.endsWith('_b5') ? 10 : 1);

/** The recipe's batch, and the generator at the state in which the training forward finds it. */
function drawBatch(figures: Figures, dropPath: boolean): { x: Tensor; y: Tensor } {
  const [batchSeed, dropSeed] = recipeSeeds(figures.recipe, figures.header.seed, dropPath ? 2 : 1);
  torch.manual_seed(batchSeed as number);
  const x = torch.randn(figures.input_shape);
  const y = torch.randint(0, figures.classes, figures.input_shape.slice(0, 1));
  if (dropPath) torch.manual_seed(dropSeed as number);
  return { x, y };
}

function dropPathProbability(recipe: string): number {
  const [, probability] = /drop(?:_path)?_prob = ([\d.]+)/.exec(recipe) ?? [];
  if (probability === undefined) throw new FiguresError(`no drop path probability in: ${recipe}`);
  return Number(probability);
}

/** Whether a forward that found the generator at `before` drew what the original's did. */
function drawMeasures(figures: Figures, before: Tensor, keep: number): Measure[] {
  const after = valuesOf(rand3());
  torch.default_generator.set_state(before);
  torch.empty([figures.draws_in_train_forward], { dtype: 'int32' }).random_();
  const measures = [exactly('draws of the training forward', after, valuesOf(rand3()))];
  if (figures.drop_path_masks_in_call_order) {
    torch.default_generator.set_state(before);
    const masks = figures.drop_path_masks_in_call_order.map((mask) =>
      valuesOf(torch.empty([mask.length]).bernoulli_(keep)).join(''),
    );
    measures.push(same('drop path masks', masks, figures.drop_path_masks_in_call_order));
  }
  return measures;
}

function gradientMeasures(network: Network, figures: Figures): Measure[] {
  const parameters = network.named_parameters();
  const names = (wanted: (grad: Tensor | null) => boolean) =>
    parameters.filter(([, parameter]) => wanted(parameter.grad)).map(([name]) => name);
  const isZero = (grad: Tensor | null) => grad !== null && summaryOf(grad).abs === 0;
  return [
    same(
      'names of gradients',
      parameters.map(([name]) => name),
      figures.gradients.map(([name]) => name),
    ),
    same(
      'without gradient',
      names((grad) => grad === null),
      figures.parameters_without_gradient,
    ),
    same('with zero gradient', names(isZero), figures.parameters_with_zero_gradient),
    ...figures.gradients.flatMap(([name, sum, abs, first], i) => {
      const grad = parameters[i]?.[1].grad;
      if (!grad) return [];
      const summary = torch.tidy(() => summaryOf(grad));
      return summarised(name, summary, { sum, abs, first }, grad.numel(), GRADIENT_TOLERANCE);
    }),
    ...Object.entries(figures.arch_gradients).map(([name, figure]) =>
      tensorL2(
        `${name} gradient`,
        (network as SearchNetwork)[name as 'alphas_normal'].grad,
        figure,
      ),
    ),
  ];
}

function statisticsMeasures(network: Network, figures: Figures): Measure[] {
  const norms = network
    .named_modules()
    .filter((entry): entry is [string, BatchNorm2d] => entry[1] instanceof BatchNorm2d);
  const measures = figures.bn_after_train_forward.flatMap(([name, sum, abs, variance], i) => {
    const norm = norms[i]?.[1];
    if (!norm) return [];
    const mean = summaryOf(norm.running_mean as Tensor);
    const { sum: varianceSum } = summaryOf(norm.running_var as Tensor);
    return [
      within(`${name} running mean`, [mean.sum, mean.abs], [sum, abs], 1e-6 + 1e-5 * abs),
      relative(`${name} running variance`, varianceSum, variance, GRADIENT_TOLERANCE.sums),
    ];
  });
  const names = norms.map(([name]) => name);
  const expected = figures.bn_after_train_forward.map(([name]) => name);
  return [same('names of normalisations', names, expected), ...measures];
}

export const forwardBackward = checker(/^forward_backward_/, schema, (figures) => {
  const name = 'forward and backward';
  const build = builderOf(figures);
  if (!build) return [{ name, reason: figures.class }];
  const run: Case['run'] = () => {
    torch.manual_seed(figures.header.seed);
    using network = build(figures.constructor);
    const dropPath = figures.drop_path_masks_in_call_order !== undefined;
    const probability = dropPath ? dropPathProbability(figures.recipe) : 0;
    if (network instanceof EvaluationNetwork) network.drop_path_prob = probability;
    const { x, y } = drawBatch(figures, dropPath);
    const before = torch.default_generator.get_state();
    const logits = network.train().call(x);
    const draws = drawMeasures(figures, before, 1 - probability);
    const loss = new CrossEntropyLoss().call(logits, y);
    loss.backward();
    const measures = [
      exactly('x', summaryOf(x).first, figures.x[2]),
      exactly('y', valuesOf(y), figures.y),
      ...draws,
      tensorL2('training logits', logits, figures.train_logits),
      relative('loss', Number(loss.item()), figures.loss, L2_TOLERANCE),
      ...gradientMeasures(network, figures),
      ...statisticsMeasures(network, figures),
    ];
    const evalLogits = torch.no_grad(() => network.eval().call(x));
    measures.push(tensorL2('eval logits', evalLogits, figures.eval_logits));
    const slack = slackOf(figures);
    return measures.map((m) => ({ ...m, tolerance: slack * m.tolerance }));
  };
  return [{ name, run }];
});
