// Training of B-PC-DARTS cells from scratch on ImageNet: BNASv2PC/train_imagenet_b.py, flag for flag and line for line of
// its log; a run that is in its folder is gone on with. Run: node dist/examples/train_imagenet_b.js --data=/data/imagenet
// --arch=BNASv2_PC_image (4.11 M weights, 388 M multiply-adds). No time on a GPU measured yet.
// Differs: --save acts; going on, it has the optimizer and the random streams of before, and needs no --start_epoch; --arch
// takes a file, a text or a run folder, too; the number of classes is that of the folders; one GPU, and without one it runs
// on the CPU; at the end the best weights are tested once more.

import { type Figures, isBetter } from '../src/engine/accuracy.js';
import { genotypeName, readGenotype } from '../src/engine/genotype_source.js';
import { dropPathProbability } from '../src/engine/learning_rate.js';
import { type EpochRecord, readRun } from '../src/engine/runs.js';
import { train } from '../src/engine/train.js';
import { cosine, linear, warm_up } from '../src/optim/index.js';
import { ArgumentParser } from './support/arguments.js';
import { PythonLog } from './support/python_log.js';
import { millionsOf, runScript, withOwnFlags } from './support/script.js';
import { trainingConfig } from './support/training.js';

const parser = new ArgumentParser('Training of B-PC-DARTS cells on ImageNet')
  .string('data', undefined, 'folder with train/ and val/, a folder a class in each')
  .int('batch_size', 256, 'images in a step')
  .float('learning_rate', 0.1, 'learning rate at its height')
  .float('momentum', 0.9, 'momentum')
  .float('weight_decay', 3e-5, 'weight decay')
  .int('report_freq', 1000, 'steps from one line of the log to the next')
  .int('gpu', 0, 'number of the GPU')
  .int('epochs', 250, 'passes over the images')
  .int('init_channels', 44, 'channels of the network')
  .int('layers', 6, 'convolution cells')
  .int('en_layers', 2, 'enhancement cells')
  .float('drop_path_prob', 0, 'share of paths dropped, times epoch / epochs; acts in --mode fixed')
  .optional('save', 'as --arch', 'folder of the run')
  .int('seed', 0, 'decides every random draw')
  .string('arch', undefined, 'the genotype')
  .float('grad_clip', 5, 'largest norm of the gradient')
  .float('label_smooth', 0.1, 'share of the target on all classes alike')
  .float('gamma', 0.1, 'without effect, as in the original')
  .int('decay_period', 35, 'without effect, as in the original')
  .flag('parallel', 'without effect: one GPU')
  .flag('tencrop', 'validate on ten crops of an image')
  .int('num_readers', 16, 'threads that read images')
  .int('start_epoch', 0, 'without effect: a run goes on where it was')
  .string('lr_scheduler', 'cosine', 'how the rate falls', ['cosine', 'linear'])
  .flag('reset_save_dir', 'delete the run that is in the folder')
  .flag('best', 'without effect: a run goes on from its newest checkpoint');
const args = withOwnFlags(parser).parse();

const save = args.save ?? genotypeName(args.arch);
const { epochs, learning_rate: lr } = args;
const warmsUp = args.batch_size > 256;

/** What the original writes; in mode reference it steps the cosine once more before it trains. */
function plannedRate(epoch: number): number {
  if (args.lr_scheduler === 'linear') return linear(epoch, { lr, epochs });
  return cosine(args.mode === 'reference' ? 2 * epoch : epoch, { lr, epochs });
}

const log = new PythonLog();
let present = 0;
let best: Figures | undefined;
await runScript({
  kind: 'train',
  args: { ...args, save },
  log,
  resumes: true,
  config: trainingConfig(
    { ...args, set: 'imagenet', num_workers: args.num_readers },
    {
      stem: 'imagenet',
      pool_time: 2,
      lr_scheduler: args.lr_scheduler,
      warm_up_epochs: warmsUp ? 5 : 0,
      label_smoothing: args.label_smooth,
      ten_crop: args.tencrop,
    },
  ),
  work: (config, context) => train(config, readGenotype(args.arch), context),
  observer: {
    begin(model) {
      log.info('param size = %fMB', millionsOf(model));
    },
    epoch(epoch) {
      present = epoch;
      best ??= bestOf(readRun(save).records);
      log.info('Epoch: %d lr %e', epoch, plannedRate(epoch));
      if (warmsUp && epoch < 5) {
        log.info('Warming-up Epoch: %d, LR: %e', epoch, warm_up(epoch, { lr }));
      }
      log.info('epoch %d drop path prob %e', epoch, dropPathProbability(epoch, args));
    },
    step(pass, step, { loss, top1, top5 }) {
      log.info(`${pass} %03d %e %f %f`, step, loss, top1, top5);
    },
    pass(pass, figures) {
      const { loss, top1, top5 } = figures;
      if (pass === 'train') log.info('train_acc %f', top1);
      if (pass !== 'valid') return;
      log.info('valid_acc_top1 %f', top1);
      log.info('valid_acc_top5 %f', top5);
      log.info('valid_loss %f', loss);
      if (best && !isBetter(figures, best)) return;
      best = figures;
      log.info('Save the best model at epoch: %d, top1: %f, top5: %f', present, top1, top5);
    },
  },
  done: ({ test }) => log.info('test_acc %f', test.top1),
});

/** The best of the epochs before, where a run goes on. */
function bestOf(records: readonly EpochRecord[]): Figures {
  const before = records.flatMap(({ valid }) => valid ?? []);
  return before.reduce((a, b) => (isBetter(b, a) ? b : a), { loss: Infinity, top1: 0, top5: 0 });
}
