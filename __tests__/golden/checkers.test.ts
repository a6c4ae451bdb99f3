// The checkers can fail: a figure that is moved by more than its tolerance fails its case, and no other.
import { describe, expect, test } from '@jest/globals';
import { FIGURES } from '../support/paths.js';
import { type FigureFile, FiguresError, readFigures } from './figures.js';
import { plan, runEntry } from './runner.js';

type Path = (string | number)[];

/** A file name, the place of a figure in it, and what to add to the figure (or to put in its place). */
const PERTURBED: [file: string, place: Path, change: number | string][] = [
  ['functional_conv', ['cases', 3, 'output', 'data', 7], 1e-3],
  ['functional_conv', ['cases', 0, 'input_gradients', 'weight', 'data', 0], 1e-2],
  ['functional_pool_norm', ['cases', 14, 'running_after', 'running_var', 1], 1e-3],
  ['functional_misc', ['cases', 5, 'output', 'data', 0], 1e-3],
  ['functional_misc', ['accuracy', 0, 'top5'], 12.5],
  ['functional_misc', ['clip_grad_norm', 1, 'total_norm'], 1e-2],
  ['functional_modules_ops', ['cases', 2, 'parameters', 0, 2, 0], 1e-7],
  ['functional_modules_ops', ['cases', 2, 'buffers_after', 0, 1, 0], 1e-4],
  ['functional_modules_mixed', ['cases', 0, 'weights_gradient', 3], 1e-3],
  ['functional_modules_mixed', ['cases', 3, 'eval_output', 'data', 0], 1e-3],
  ['functional_modules_mixed', ['cases', 4, 'x_gradient', 'data', 100], 1e-3],
  ['init_pc_search', ['arch_parameters', 'betas_reduce', 'data', 13], 1e-9],
  ['init_pc_imagenet_b5', ['parameters', 0, 0], 'stem0.0.weight'],
  ['init_clr_search', ['parameters', 100, 4, 0], 1e-8],
  ['init_clr_search', ['buffers', 5, 0], 'running_mode'],
  ['init_clr_eval_mnist_v1', ['rand3_after_construction', 2], 1e-7],
  ['init_fullsize', ['networks', 5, 'weights_sum_abs', 0], 1e-5],
  ['forward_backward_clr_search', ['train_logits', 'data', 0], 1e-3],
  ['forward_backward_clr_search', ['arch_gradients', 'alphas_reduce', 'data', 4], 1e-4],
  ['forward_backward_clr_search', ['draws_in_train_forward'], 2],
  ['forward_backward_clr_search', ['bn_after_train_forward', 9, 1], 1e-3],
  ['forward_backward_clr_eval_cifar10_v1', ['gradients', 30, 1], 1e-1],
  ['forward_backward_pc_search', ['arch_gradients', 'betas_normal', 'data', 4], 1e-4],
  ['forward_backward_pc_imagenet_search', ['bn_after_train_forward', 9, 1], 1e-3],
  ['forward_backward_pc_imagenet_b2_drop', ['drop_path_masks_in_call_order', 51], '0000'],
  ['forward_backward_pc_imagenet_b5', ['eval_logits', 'data', 3], 1e-3],
  ['forward_backward_clr_eval_cifar10_v1_drop', ['drop_path_masks_in_call_order', 0], '0000'],
  ['search_trajectory_clr_first', ['steps', 2, 'train_loss'], 1e-4],
  ['search_trajectory_clr_first', ['steps', 1, 'arch_parameters', 'alphas_normal', 50], 1e-6],
  ['search_trajectory_clr_first_float64', ['steps', 5, 'train_loss'], 1e-8],
  ['search_trajectory_clr_first_float64', ['genotype', 'reduce', 0, 0], 'none'],
  ['search_trajectory_clr_second_float64', ['steps', 3, 'architect_losses', 2], 1e-8],
  ['search_trajectory_plain_second_float64', ['steps', 0, 'hvp', 'implicit_gradient', 0, 1], 1e-6],
  ['search_trajectory_pc_second', ['rand3_after_last_step', 1], 1e-7],
  ['search_trajectory_pc_second_float64', ['steps', 2, 'arch_parameters', 'betas_reduce', 3], 1e-8],
  [
    'search_trajectory_pc_imagenet_first_float64',
    ['steps', 0, 'arch_grad_norm_before_clipping'],
    1e-6,
  ],
  ['train_trajectory_clr_eval', ['steps_float64', 4, 'logits', 7], 1e-7],
  ['train_trajectory_clr_eval', ['steps', 1, 'top5'], 25],
  ['train_trajectory_pc_imagenet_b2', ['steps', 0, 'train_loss'], 1e-4],
  ['optim', ['runs', 3, 'parameters_after_step', 4, 0, 0], 1e-6],
  ['optim', ['runs', 0, 'state_after_last_step', 1, 'momentum_buffer', 0], 1e-5],
  ['optim_schedules', ['cosine', 0, 'closed_form', 17], 1e-12],
  ['optim_schedules', ['confidence', 0, 'values', 17], 1e-12],
  ['optim_schedules', ['train_imagenet_b', 3, 'in_force_while_training', 17], 1e-12],
  ['optim_schedules', ['train_search_imagenet_b', 'in_force_while_training', 5], 1e-12],
  ['optim_schedules', ['drop_path_prob_cifar', 'last'], 1e-12],
  ['genotype_clr', ['sets', 31, 'normal', 2, 0], 'sep_conv_7x7'],
  ['genotype_pc', ['sets', 31, 'reduce', 7, 0], 'sep_conv_7x7'],
  ['genotype_clr7', ['sets', 0, 'reduce', 1, 1], 1],
  ['loader_order', ['subset_workers0', 'epochs', 1, 'batches', 3, 2], 1],
  ['loader_order', ['subset_workers2', 'epochs', 0, 'batches', 2, 1], 1],
  ['loader_order', ['worker_generators', 'batches', 1, 4, 3], 1],
  ['augment_cifar', ['images', 1, 'output', 1], 1e-6],
  ['augment_imagenet', ['pipelines', 'train_imagenet_b', 2, 'output', 0], 1e-3],
  ['augment_imagenet', ['color_jitter', 'draws', 1, 'hue'], 1e-8],
  ['augment_mnist', ['micro', 'hue_0.15', 40], 1],
  ['augment_mnist', ['micro', 'resize_30', 40], 1],
  ['loader_order', ['primitives', 'randperm10', 0], 1],
];

const files = new Map(readFigures(FIGURES).map((file) => [file.name, file]));

function perturb(file: FigureFile, place: Path, change: number | string): FigureFile {
  const content = structuredClone(file.content);
  // biome-ignore lint/suspicious/noExplicitAny: a walk through JSON of any kind
  const parent = place.slice(0, -1).reduce((value: any, key) => value[key], content);
  const last = place.at(-1) as string | number;
  if (!(last in parent)) throw new Error(`${file.name} has nothing at ${place.join('.')}`);
  parent[last] = typeof change === 'string' ? change : parent[last] + change;
  return { ...file, content };
}

describe('a perturbed figure', () => {
  test.each(PERTURBED)('%s at %j by %j', (name, place, change) => {
    const file = perturb(files.get(name) as FigureFile, place, change);
    const outcomes = plan(file, [...files.values()]).entries.map((entry) => runEntry(file, entry));
    const failed = outcomes.filter(({ status }) => status === 'failed');
    // A search in float64 is run twice: with plain and with fused cells.
    const runs = /^search_trajectory_.*_float64$/.test(name) ? 2 : 1;
    expect(failed.map((outcome) => 'measures' in outcome)).toEqual(new Array(runs).fill(true));
  });
});

describe('unusable input', () => {
  test('a folder that is not there', () => {
    expect(() => readFigures(`${FIGURES}/nowhere`)).toThrow(FiguresError);
  });

  test('a file without what its name promises', () => {
    expect(() => plan({ name: 'optim', content: { header: { seed: 2, what: '' } } })).toThrow(
      'optim.json: shapes',
    );
  });

  test('a file of no known kind is not covered', () => {
    const { file, entries } = plan({ name: 'horoscope', content: {} });
    expect(entries.map((entry) => runEntry(file, entry).status)).toEqual(['not covered']);
  });
});
