// The checkers can fail: a figure that is moved by more than its tolerance fails its case, and no other.
import { describe, expect, test } from '@jest/globals';
import { FIGURES } from '../support/paths.js';
import { type FigureFile, FiguresError, readFigures } from './figures.js';
import { exceeds } from './measures.js';
import { plan, runEntry } from './runner.js';

type Path = (string | number)[];

/** By file: places of figures in it, what to add to each (or to put in its place), and which measure then fails. */
const PERTURBED: Record<string, [place: Path, change: number | string, fails: string][]> = {
  functional_conv: [
    [['cases', 3, 'output', 'data', 7], 1e-3, 'stem3x3_stride2: output'],
    [['cases', 0, 'input_gradients', 'weight', 'data', 0], 1e-2, 'conv1x1: gradient of weight'],
  ],
  functional_pool_norm: [
    [
      ['cases', 14, 'running_after', 'running_var', 1],
      1e-3,
      'batch_norm_train_affine: running_var',
    ],
  ],
  functional_misc: [
    [['cases', 5, 'output', 'data', 0], 1e-3, 'label_smooth_10_0.1: output'],
    [['accuracy', 0, 'top5'], 12.5, 'accuracy 0: top 1 and top 5'],
    [['clip_grad_norm', 1, 'total_norm'], 1e-2, 'clip_grad_norm 1: total norm'],
  ],
  functional_modules_ops: [
    [['cases', 2, 'parameters', 0, 2, 0], 1e-7, 'dil_conv_3x3_stride1: parameter op.1.weight'],
    [['cases', 2, 'buffers_after', 0, 1, 0], 1e-4, 'dil_conv_3x3_stride1: op.3.running_mean'],
  ],
  functional_modules_mixed: [
    [['cases', 0, 'weights_gradient', 3], 1e-3, 'clr_mixed_op_stride1: weights gradient'],
    [['cases', 3, 'eval_output', 'data', 0], 1e-3, 'clr_mixed_op_stride2: eval output'],
    [['cases', 4, 'x_gradient', 'data', 100], 1e-3, 'pc_mixed_op_stride2: x gradient'],
  ],
  init_pc_search: [
    [['arch_parameters', 'betas_reduce', 'data', 13], 1e-9, 'construction: betas_reduce'],
  ],
  init_pc_imagenet_b5: [
    [['parameters', 0, 0], 'stem0.0.weight', 'construction: names and shapes of parameters'],
  ],
  init_clr_search: [
    [
      ['parameters', 100, 4, 0],
      1e-8,
      'construction: conv_cells.0._ops.6._ops.7.op.2.weight first values',
    ],
    [['buffers', 5, 0], 'running_mode', 'construction: names and shapes of buffers'],
  ],
  init_clr_eval_mnist_v1: [
    [['rand3_after_construction', 2], 1e-7, 'construction: rand3 after construction'],
  ],
  init_fullsize: [
    [
      ['networks', 5, 'weights_sum_abs', 0],
      1e-5,
      'CLR eval cifar10 BNASv2_CLR_v1: sums of weights',
    ],
    [
      ['script_defaults', 'BNASv2PC/train_b.py', 'epochs'],
      1,
      'defaults of BNASv2PC/train_b.py: train_cifar10_pc: epochs',
    ],
  ],
  forward_backward_clr_search: [
    [['train_logits', 'data', 0], 1e-3, 'forward and backward: training logits'],
    [
      ['arch_gradients', 'alphas_reduce', 'data', 4],
      1e-4,
      'forward and backward: alphas_reduce gradient',
    ],
    [['draws_in_train_forward'], 2, 'forward and backward: draws of the training forward'],
    [
      ['bn_after_train_forward', 9, 1],
      1e-3,
      'forward and backward: conv_cells.0._ops.0._ops.5.op.7 running mean',
    ],
  ],
  forward_backward_clr_eval_cifar10_v1: [
    [['gradients', 30, 1], 1e-1, 'forward and backward: conv_cells.0._ops.2.op.6.weight sums'],
  ],
  forward_backward_pc_search: [
    [
      ['arch_gradients', 'betas_normal', 'data', 4],
      1e-4,
      'forward and backward: betas_normal gradient',
    ],
  ],
  forward_backward_pc_imagenet_search: [
    [
      ['bn_after_train_forward', 9, 1],
      1e-3,
      'forward and backward: conv_cells.0._ops.0._ops.4.op.7 running mean',
    ],
  ],
  forward_backward_pc_imagenet_b2_drop: [
    [['drop_path_masks_in_call_order', 51], '0000', 'forward and backward: drop path masks'],
  ],
  forward_backward_pc_imagenet_b5: [
    [['eval_logits', 'data', 3], 1e-3, 'forward and backward: eval logits'],
  ],
  forward_backward_clr_eval_cifar10_v1_drop: [
    [['drop_path_masks_in_call_order', 0], '0000', 'forward and backward: drop path masks'],
  ],
  search_trajectory_clr_first: [
    [['steps', 2, 'train_loss'], 1e-4, '6 steps: step 2: train loss'],
    [['steps', 1, 'arch_parameters', 'alphas_normal', 50], 1e-6, '6 steps: step 1: alphas_normal'],
    [['rand3_after_last_step', 1], 1e-7, '6 steps: rand3 at the end'],
  ],
  search_trajectory_clr_first_float64: [
    [['steps', 5, 'train_loss'], 1e-8, '6 steps: step 5: train loss'],
    [
      ['genotype', 'reduce', 0, 0],
      'none',
      '6 steps: genotype of the last arch parameters in the file',
    ],
  ],
  search_trajectory_pc_second_float64: [
    [['steps', 2, 'arch_parameters', 'betas_reduce', 3], 1e-8, '6 steps: step 2: betas_reduce'],
    [['steps', 3, 'architect_losses', 2], 1e-8, '6 steps: step 3: losses of the architect'],
    [['steps', 0, 'hvp', 'implicit_gradient', 0, 1], 1e-6, '6 steps: step 0: sums of difference 0'],
  ],
  search_trajectory_pc_imagenet_first_float64: [
    [
      ['steps', 0, 'arch_grad_norm_before_clipping'],
      1e-6,
      '6 steps: step 0: norm of clipped arch gradients',
    ],
  ],
  train_trajectory_clr_eval: [
    [['steps_float64', 4, 'logits', 7], 1e-7, 'in float64: step 4: logits'],
    [['steps', 1, 'top5'], 25, 'in float32: step 1: accuracy of the logits in the file'],
  ],
  train_trajectory_pc_imagenet_b2: [[['steps', 0, 'train_loss'], 1e-4, 'in float32: step 0: loss']],
  optim: [
    [['runs', 3, 'parameters_after_step', 4, 0, 0], 1e-6, 'adam_arch: parameter 0 after step 4'],
    [
      ['runs', 0, 'state_after_last_step', 1, 'momentum_buffer', 0],
      1e-5,
      'sgd_momentum: momentum_buffer of parameter 1',
    ],
  ],
  optim_schedules: [
    [['cosine', 0, 'closed_form', 17], 1e-12, 'cosine 0.1 to 0 in 50: every epoch'],
    [['confidence', 0, 'values', 17], 1e-12, 'confidence of power 2 in 50: every epoch'],
    [
      ['train_imagenet_b', 3, 'in_force_while_training', 17],
      1e-12,
      'train_imagenet_b, linear, batches of 512: every epoch',
    ],
    [
      ['train_search_imagenet_b', 'in_force_while_training', 5],
      1e-12,
      'train_search_imagenet_b: every epoch',
    ],
    [
      ['drop_path_prob_cifar', 'last'],
      1e-12,
      'drop path probability of the last epoch: every epoch',
    ],
  ],
  genotype_clr: [[['sets', 31, 'normal', 2, 0], 'sep_conv_7x7', 'set 31 (normal 0.1): normal']],
  genotype_pc: [[['sets', 31, 'reduce', 7, 0], 'sep_conv_7x7', 'set 31 (normal 0.1): reduce']],
  genotype_clr7: [[['sets', 0, 'reduce', 1, 1], 1, 'set 0 (normal 1e-3): reduce']],
  loader_order: [
    [['subset_workers0', 'epochs', 1, 'batches', 3, 2], 1, 'subset: batches of epoch 1'],
    [['subset_workers2', 'epochs', 0, 'batches', 2, 1], 1, 'subset, 2 workers: batches of epoch 0'],
    [['worker_generators', 'batches', 1, 4, 3], 1, 'generators of workers: image 73 numpy'],
    [['primitives', 'randperm10', 0], 1, 'primitives: randperm'],
  ],
  augment_cifar: [[['images', 1, 'output', 1], 1e-6, 'train: image 1 abs-sum']],
  augment_imagenet: [
    [
      ['pipelines', 'train_imagenet_b', 2, 'output', 0],
      1e-3,
      'pipeline of train_imagenet_b: image 2 sum',
    ],
    [['color_jitter', 'draws', 1, 'hue'], 1e-8, 'colour jitter: hue 1'],
  ],
  augment_mnist: [
    [['micro', 'hue_0.15', 40], 1, 'hue_0.15: pixels'],
    [['micro', 'resize_30', 40], 1, 'resize_30: pixels'],
  ],
};

const files = new Map(readFigures(FIGURES).map((file) => [file.name, file]));

function perturb(content: unknown, place: Path, change: number | string): void {
  // biome-ignore lint/suspicious/noExplicitAny: a walk through JSON of any kind
  const parent = place.slice(0, -1).reduce((value: any, key) => value[key], content);
  const last = place.at(-1) as string | number;
  if (!(last in parent)) throw new Error(`there is nothing at ${place.join('.')}`);
  parent[last] = typeof change === 'string' ? change : parent[last] + change;
}

/** What is out of tolerance, by case. */
function failures(file: FigureFile): string[] {
  const { entries } = plan(file, [...files.values()]);
  // Fused cells are measured as plain ones are.
  const once = entries.filter(({ name }) => !name.endsWith(', fused'));
  return once.flatMap((entry) => {
    const outcome = runEntry(file, entry);
    const failed = 'measures' in outcome ? outcome.measures.filter(exceeds) : [];
    return failed.map(({ what }) => `${entry.name}: ${what}`);
  });
}

describe('perturbed figures fail, and no others', () => {
  test.each(Object.entries(PERTURBED))('%s', (name, perturbed) => {
    const file = { name, content: structuredClone(files.get(name)?.content) };
    for (const [place, change] of perturbed) perturb(file.content, place, change);
    expect(failures(file).sort()).toEqual(perturbed.map(([, , fails]) => fails).sort());
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
