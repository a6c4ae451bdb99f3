// Search of B-PC-DARTS on CIFAR-10 or CIFAR-100: BNASv2PC/train_search_b.py, flag for flag and line for line of its
// log. `--unrolled` is second order. Run: node dist/examples/train_search_b_pc.js
// The paper: 0.05 GPU-days on CIFAR-10. Supernet: 0.289 M weights.
// Differs: a folder that is there is left alone, unless --reset_save_dir is given; without a GPU it runs on the CPU.

import { search } from '../src/engine/search.js';
import { formatGenotype } from '../src/models/genotypes.js';
import { ArgumentParser } from './support/arguments.js';
import { PythonLog } from './support/python_log.js';
import { runScript, withOwnFlags } from './support/script.js';
import { searchConfig, searchLog } from './support/search.js';

const parser = new ArgumentParser('B-PC-DARTS')
  .string('data', '../data', 'folder of the data sets')
  .string('set', 'cifar10', 'what is learned', ['cifar10', 'cifar100'])
  .int('batch_size', 512, 'images in a step')
  .float('learning_rate', 0.2, 'learning rate of the weights at first')
  .float('learning_rate_min', 0, 'what it falls to')
  .float('momentum', 0.9, 'momentum of the weights')
  .float('weight_decay', 3e-4, 'weight decay of the weights')
  .int('report_freq', 40, 'steps from one line of the log to the next')
  .int('gpu', 0, 'number of the GPU')
  .int('epochs', 50, 'passes over the images')
  .int('init_channels', 16, 'channels of the supernet')
  .int('layers', 2, 'convolution cells')
  .int('en_layers', 1, 'enhancement cells')
  .string('model_path', 'saved_models', 'without effect, as in the original')
  .flag('cutout', 'zero a square of each image')
  .int('cutout_length', 16, 'its side')
  .float('drop_path_prob', 0.3, 'without effect, as in the original')
  .string('save', './search_outputs_b', 'folder of the run')
  .int('seed', 2, 'decides every random draw')
  .float('grad_clip', 5, 'largest norm of the gradient')
  .float('train_portion', 0.5, 'share of the images that trains the weights')
  .flag('unrolled', 'second order: look through one step of the weights')
  .float('arch_learning_rate', 6e-4, 'learning rate of the architecture')
  .float('arch_weight_decay', 1e-3, 'its weight decay')
  .flag('reset_save_dir', 'delete the run that is in the folder');
const args = withOwnFlags(parser).parse();

const log = new PythonLog();
const started = Date.now();
await runScript({
  kind: 'search',
  args,
  log,
  config: searchConfig(args.set, args, {
    partial_channels: 4,
    edge_normalisation: true,
    confidence_power: 'off',
    begin: 15,
    validate_from: args.epochs - 1,
  }),
  work: search,
  observer: searchLog(log, (epoch, lr) =>
    log.info('epoch %d lr %e cost %2e', epoch, lr, (Date.now() - started) / 60_000),
  ),
  done: (genotype) => log.info('genotype = %s', formatGenotype(genotype)),
});
