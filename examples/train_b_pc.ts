// Training of B-PC-DARTS cells from scratch on CIFAR-10 or CIFAR-100: BNASv2PC/train_b.py, flag for flag and line for
// line of its log. Run: node dist/examples/train_b_pc.js
// Released cells: BNASv2_PC_cifar_v1 (3.68 M weights), BNASv2_PC_cifar_v2 (3.53 M). No time on a GPU measured yet.
// Differs: --no-cutout; a folder that is there is left alone, unless --reset_save_dir is given; --arch takes a file, a
// text or a run folder, too; without a GPU it runs on the CPU; at the end the best weights are tested once more.

import { readGenotype } from '../src/engine/genotype_source.js';
import { train } from '../src/engine/train.js';
import { ArgumentParser } from './support/arguments.js';
import { PythonLog } from './support/python_log.js';
import { millionsOf, namespace, runScript, withOwnFlags } from './support/script.js';

const parser = new ArgumentParser('Training of B-PC-DARTS cells')
  .string('data', '../data', 'folder of the data sets')
  .string('set', 'cifar10', 'what is learned', ['cifar10', 'cifar100'])
  .int('batch_size', 128, 'images in a step')
  .float('learning_rate', 0.025, 'learning rate at first')
  .float('momentum', 0.9, 'momentum')
  .float('weight_decay', 3e-4, 'weight decay')
  .int('report_freq', 100, 'steps from one line of the log to the next')
  .int('gpu', 3, 'number of the GPU')
  .int('epochs', 2000, 'passes over the images')
  .int('init_channels', 48, 'channels of the network')
  .int('layers', 6, 'convolution cells')
  .int('en_layers', 2, 'enhancement cells')
  .string('model_path', 'saved_models', 'without effect, as in the original')
  .flag('auxiliary', 'train a second classifier in the middle; works in --mode fixed alone')
  .float('auxiliary_weight', 0.4, 'share of its loss')
  .flagOn('cutout', 'zero a square of each image')
  .int('cutout_length', 16, 'its side')
  .float('drop_path_prob', 0.3, 'share of paths dropped, times epoch / epochs')
  .string('save', './final_outputs_b', 'folder of the run')
  .int('seed', 0, 'decides every random draw')
  .string('arch', 'BNASv2_PC_cifar_v1', 'the genotype')
  .float('grad_clip', 5, 'largest norm of the gradient')
  .flag('reset_save_dir', 'delete the run that is in the folder');
const args = withOwnFlags(parser).parse();

const log = new PythonLog();
let bestAccuracy = 0;

log.info('gpu device = %d', args.gpu);
log.info('args = %s', namespace(args));
await runScript({
  kind: 'train',
  args,
  log,
  config: {
    seed: args.seed,
    report_freq: args.report_freq,
    data: { dataset: args.set, folder: args.data, num_workers: 2 },
    training: {
      genotype: args.arch,
      init_channels: args.init_channels,
      layers: args.layers,
      en_layers: args.en_layers,
      epochs: args.epochs,
      batch_size: args.batch_size,
      learning_rate: args.learning_rate,
      momentum: args.momentum,
      weight_decay: args.weight_decay,
      grad_clip: args.grad_clip,
      auxiliary: args.auxiliary,
      auxiliary_weight: args.auxiliary_weight,
      cutout: args.cutout ? args.cutout_length : 'off',
      drop_path_prob: args.drop_path_prob,
    },
  },
  work: (config, context) => train(config, readGenotype(args.arch), context),
  observer: {
    begin(model) {
      log.info('param size = %fMB', millionsOf(model));
    },
    epoch(epoch, lr) {
      log.info('epoch %d lr %e', epoch, lr);
    },
    step(pass, step, { loss, top1, top5 }) {
      log.info(`${pass} %03d %e %f %f`, step, loss, top1, top5);
    },
    pass(pass, { top1 }) {
      if (pass === 'train') log.info('train_acc %f', top1);
      if (pass === 'valid') {
        bestAccuracy = Math.max(bestAccuracy, top1);
        log.info('valid_acc %f, best_acc %f', top1, bestAccuracy);
      }
    },
  },
  done: ({ test }) => log.info('test_acc %f', test.top1),
});
