// Search of B-PC-DARTS on a sample of ImageNet: BNASv2PC/train_search_imagenet_b.py, flag for flag and line for line of
// its log. The sample is what imagenet_data_sample.ts makes. Run: node dist/examples/train_search_imagenet_b.js
// The paper: 0.19 GPU-days. Supernet: 0.832 M weights. No time of ours measured yet.
// Differs: a folder that is there is left alone, unless --reset_save_dir is given; the number of classes is that of the
// folders; one GPU, and without one it runs on the CPU; the last epoch is validated whatever its number; the genotype is
// logged at the end, too.

import { join } from 'node:path';
import type { Supernet } from '../src/engine/networks.js';
import { search } from '../src/engine/search.js';
import { formatGenotype } from '../src/models/genotypes.js';
import { cosine, warm_up } from '../src/optim/index.js';
import { ArgumentParser } from './support/arguments.js';
import { PythonLog } from './support/python_log.js';
import { millionsOf, runScript, withOwnFlags } from './support/script.js';
import { printAlphas, searchConfig } from './support/search.js';

const parser = new ArgumentParser('B-PC-DARTS on ImageNet')
  .int('workers', 16, 'threads that read images')
  .string('data', '/tmp/cache/', 'without effect, as in the original')
  .int('batch_size', 512, 'images in a step')
  .float('learning_rate', 0.2, 'learning rate of the weights at its height')
  .float('learning_rate_min', 0, 'what it falls to')
  .float('momentum', 0.9, 'momentum of the weights')
  .float('weight_decay', 3e-4, 'weight decay of the weights')
  .int('report_freq', 50, 'steps from one line of the log to the next')
  .int('epochs', 50, 'passes over the images')
  .int('init_channels', 16, 'channels of the supernet')
  .int('layers', 2, 'convolution cells')
  .int('en_layers', 1, 'enhancement cells')
  .string('model_path', 'saved_models', 'without effect, as in the original')
  .flag('cutout', 'without effect, as in the original')
  .int('cutout_length', 16, 'without effect, as in the original')
  .float('drop_path_prob', 0.3, 'without effect, as in the original')
  .string('save', './search_imagenet_b', 'folder of the run')
  .int('seed', 2, 'decides every random draw')
  .float('grad_clip', 5, 'largest norm of the gradient, of weights and of architecture')
  .flag('unrolled', 'second order, which acts in --mode fixed')
  .float('arch_learning_rate', 6e-3, 'learning rate of the architecture')
  .float('arch_weight_decay', 1e-3, 'its weight decay')
  .int('begin', 35, 'first epoch that trains the architecture')
  .string('tmp_data_dir', './', 'folder with imagenet_search/, the sample')
  .string('note', 'try', 'without effect, as in the original')
  .flag('reset_save_dir', 'delete the run that is in the folder');
const args = withOwnFlags(parser).parse();

const { epochs, learning_rate: lr, learning_rate_min: lr_min } = args;
const warmsUp = args.batch_size > 256;

const log = new PythonLog();
let model: Supernet;
await runScript({
  kind: 'search',
  args,
  log,
  config: searchConfig(
    'imagenet',
    {
      ...args,
      data: join(args.tmp_data_dir, 'imagenet_search'),
      num_workers: args.workers,
      cutout: false,
      train_portion: 'folders',
    },
    {
      stem: 'imagenet',
      partial_channels: 2,
      edge_normalisation: true,
      confidence_power: 'off',
      warm_up_epochs: warmsUp ? 5 : 0,
      arch_grad_clip: args.grad_clip,
      begin: args.begin,
      validate_from: Math.min(47, epochs - 1),
    },
  ),
  work: search,
  observer: {
    begin(begun, { search, valid }) {
      model = begun as Supernet;
      console.log(`# images to train network: ${search}`);
      console.log(`# images to validate network: ${valid}`);
      log.info('param size = %fMB', millionsOf(model));
    },
    epoch(epoch) {
      log.info('Epoch: %d lr: %e', epoch, cosine(epoch, { lr, lr_min, epochs }));
      if (warmsUp && epoch < 5) {
        log.info('Warming-up Epoch: %d, LR: %e', epoch, warm_up(epoch, { lr }));
      }
      log.info('genotype = %s', formatGenotype(model.genotype()));
      printAlphas(model, (alphas) => log.info('%s', alphas));
    },
    step(pass, step, { loss, top1, top5 }) {
      const line =
        pass === 'valid' ? 'valid %03d %e %f %f' : 'TRAIN Step: %03d Objs: %e R1: %f R5: %f';
      log.info(line, step, loss, top1, top5);
    },
    pass(pass, { top1 }) {
      log.info(pass === 'valid' ? 'Valid_acc %f' : 'Train_acc %f', top1);
    },
  },
  done: (genotype) => log.info('genotype = %s', formatGenotype(genotype)),
});
