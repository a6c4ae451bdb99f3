// Training of B-DARTS cells from scratch: BNASv2CLR/train_b.py, flag for flag and line for line of its log.
// Run: node dist/examples/train_b.js --set mnist
// Released cells: BNASv2_CLR_v1 (3.34 M weights), BNASv2_CLR_v2 (3.17 M). No time on a GPU has been measured yet.
// Differs: --no-cutout; a folder that is there is left alone, unless --reset_save_dir is given; --arch takes a file, a
// text or a run folder, too; without a GPU it runs on the CPU; at the end the best weights are tested once more.

import { readGenotype } from '../src/engine/genotype_source.js';
import { train } from '../src/engine/train.js';
import { ArgumentParser } from './support/arguments.js';
import { PythonLog } from './support/python_log.js';
import { runScript, withOwnFlags } from './support/script.js';
import { trainingConfig, trainingLog } from './support/training.js';

const SETS = ['cifar10', 'mnist', 'fashion', 'norb', 'svhn', 'cifar100'];

const parser = new ArgumentParser('Training of B-DARTS cells')
  .string('data', '../data', 'folder of the data sets')
  .string('set', 'cifar10', 'what is learned', SETS)
  .int('batch_size', 128, 'images in a step')
  .float('learning_rate', 0.025, 'learning rate at first')
  .float('momentum', 0.9, 'momentum')
  .float('weight_decay', 3e-4, 'weight decay')
  .int('report_freq', 300, 'steps from one line of the log to the next')
  .int('gpu', 0, 'number of the GPU')
  .int('epochs', 600, 'passes over the images')
  .int('init_channels', 48, 'channels of the network')
  .int('layers', 6, 'convolution cells')
  .int('en_layers', 2, 'enhancement cells')
  .string('model_path', 'saved_models', 'without effect, as in the original')
  .flagOn('cutout', 'zero a square of each image of CIFAR')
  .int('cutout_length', 16, 'its side')
  .float('drop_path_prob', 0.3, 'share of paths dropped, times epoch / epochs')
  .string('save', './final_outputs_b', 'folder of the run')
  .int('seed', 0, 'decides every random draw')
  .string('arch', 'BNASv2_CLR_v1', 'the genotype')
  .float('grad_clip', 5, 'largest norm of the gradient')
  .flag('reset_save_dir', 'delete the run that is in the folder');
const args = withOwnFlags(parser).parse();

const log = new PythonLog();
await runScript({
  kind: 'train',
  args,
  log,
  config: trainingConfig(args, {
    cutout: args.cutout && args.set.startsWith('cifar') ? args.cutout_length : 'off',
  }),
  work: (config, context) => train(config, readGenotype(args.arch), context),
  observer: trainingLog(log),
  done: ({ test }) => log.info('test_acc %f', test.top1),
});
