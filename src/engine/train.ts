// Training of a found network from scratch: the loop of the original's train_b.py, its slips mended:
// the best epoch is chosen on held-out training images, and the test images are looked at once.

import type { Loaded } from 'torch-js';
import { ConfigError, type NamedConfig } from '../config/load.js';
import { RandomSampler, type Sampler, SequentialSampler } from '../data/sampler.js';
import {
  formatGenotype,
  type Genotype,
  genotypeLabel,
  genotypeToJson,
} from '../models/genotypes.js';
import { CrossEntropyLoss, saveWeights } from '../nn/index.js';
import { type SavedOptimizer, SGD } from '../optim/index.js';
import type { Figures } from './accuracy.js';
import { BestWeights } from './best_weights.js';
import { DataSource, type Images, type SourceLoaderOptions } from './data_source.js';
import { prepare } from './device.js';
import { evaluate } from './evaluate.js';
import { dropPathProbability, imagenetRate, learningRate } from './learning_rate.js';
import { type FoundNetwork, makeFoundNetwork } from './networks.js';
import { describe, type LearningPass, type RunContext } from './pass.js';
import { provideData } from './provide_data.js';
import { Session, type Work } from './session.js';
import type { Batches, Source } from './source.js';
import { storing } from './storage.js';
import { countOf, grouped, placeOf } from './summary.js';
import { weightStep } from './weight_step.js';

/** How well the network of the best epoch does on images it has never seen. */
export interface TrainResult {
  test: Figures;
  /** The epoch, from 0, after which the held-out images were classified best. */
  best_epoch: number;
}

/**
 * Trains the network of `genotype` as `config` says, or goes on with a training that was stopped. The run keeps
 * the weights of the last epoch, last.pt, and of the best, best.pt.
 *
 * @param source By default the data sets that the config names.
 * @throws Interrupted when the context's signal was aborted; as the constructor of Session.
 */
export async function train(
  config: NamedConfig,
  genotype: Genotype,
  context: RunContext,
  source: Source = new DataSource(config),
): Promise<TrainResult> {
  const { progress, run } = context;
  const device = prepare(config);
  await provideData(config.data, context);
  using state = await progress.task(
    `Reading ${config.data.dataset}`,
    () => new Training(config, genotype, device, source),
  );
  using session = new Session(state, withGenotype(config, genotype), device, context);
  await run.saveGenotype(genotype);
  progress.line(state.summary());
  context.observer?.begin?.(state.model, state.images);
  while (session.epoch < config.training.epochs) await state.epoch(session, context);
  session.save();
  const result = await state.test(context);
  session.finish();
  return result;
}

/** What the run keeps as its config trains the same, wherever its genotype came from. */
function withGenotype({ training, ...config }: NamedConfig, genotype: Genotype): NamedConfig {
  const { genotype: _, ...others } = training;
  return { ...config, training: { genotype: genotypeLabel(genotype), ...others } };
}

/** The auxiliary head sees features of one pixel: batch norm cannot learn from a single image of them. */
function requireNoLoneImage(
  images: number,
  { auxiliary, batch_size }: NamedConfig['training'],
): void {
  if (!auxiliary || images % batch_size !== 1) return;
  throw new ConfigError([
    `training.batch_size: ${images} images leave a last batch of one, from which the auxiliary head cannot learn`,
  ]);
}

/** A training under way: network, optimizer, images, and the best weights so far. */
class Training implements Work {
  readonly kind = 'training';
  readonly model: FoundNetwork;
  readonly #config: NamedConfig;
  readonly #device: string;
  readonly #criterion = new CrossEntropyLoss();
  readonly #trainCriterion: CrossEntropyLoss;
  readonly #optimizer: SGD;
  readonly #loaders: Record<'train' | 'valid' | 'test', Batches>;
  readonly #genotype: Genotype;
  readonly #best = new BestWeights();

  constructor(config: NamedConfig, genotype: Genotype, device: string, source: Source) {
    const options = config.training;
    this.#config = config;
    this.#genotype = genotype;
    this.#device = device;
    this.#trainCriterion = new CrossEntropyLoss({ label_smoothing: options.label_smoothing });
    const test = source.test();
    const [learned, heldOut] = config.quirks.best_on_test
      ? [source.all(), test]
      : source.train(options.train_portion);
    requireNoLoneImage(learned.indices.length, options);
    this.model = makeFoundNetwork(config, genotype, learned.dataset).to({
      device,
      dtype: source.dtype,
    });
    this.#optimizer = new SGD(this.model.parameters(), {
      lr: options.learning_rate,
      momentum: options.momentum,
      weight_decay: options.weight_decay,
    });
    const { batch_size, cutout, ten_crop } = options;
    const loader = (
      sampler: Sampler,
      { dataset }: Images,
      augment?: SourceLoaderOptions['augment'],
    ) =>
      source.loader({
        dataset,
        sampler,
        batch_size,
        device,
        augment,
        ten_crop: ten_crop && !augment,
      });
    this.#loaders = {
      train: loader(new RandomSampler(learned.indices), learned, { cutout, colour: true }),
      valid: loader(new SequentialSampler(heldOut.indices), heldOut),
      test: loader(new SequentialSampler(test.indices), test),
    };
  }

  /** Whoever goes on with it finds there what is trained. */
  get files() {
    return { 'genotype.json': genotypeToJson(this.#genotype) };
  }

  get loaders() {
    return { train: this.#loaders.train };
  }

  state() {
    return {
      state_dict: this.model.state_dict(),
      optimizer: this.#optimizer.state_dict(),
      best: this.#best.state(),
      genotype: formatGenotype(this.#genotype),
    };
  }

  load_state(state: Readonly<Record<string, Loaded>>): void {
    const saved = state as unknown as ReturnType<Training['state']>;
    this.model.load_state_dict(saved.state_dict);
    this.#optimizer.load_state_dict(saved.optimizer as SavedOptimizer);
    this.#best.load_state(saved.best, this.#device);
  }

  get images() {
    const { train, valid, test } = this.#loaders;
    return { train: train.samples, valid: valid.samples, test: test.samples };
  }

  /** What is trained, on what, for people. */
  summary(): string {
    const { train, valid, test } = this.images;
    return (
      `Training: ${countOf(this.model.parameters())} weights, ${grouped(train)} images, ` +
      `${grouped(valid)} held out, ${grouped(test)} for the test, ` +
      placeOf(this.#device)
    );
  }

  /** Trains one epoch, validates, keeps the weights, also as the best if they are, and puts it all down. */
  epoch(session: Session, context: RunContext): Promise<void> {
    const { epoch } = session;
    const { epochs } = this.#config.training;
    const lr = this.#rate(epoch);
    const drop_path_prob = dropPathProbability(epoch, this.#config.training);
    this.#optimizer.lr = lr;
    this.model.drop_path_prob = drop_path_prob;
    context.observer?.epoch?.(epoch, lr);
    return session.run(this.#pass(epoch, context), async (train) => {
      const valid = await this.#evaluate('valid', `Validate ${epoch + 1}/${epochs}`, context);
      const { run, progress } = context;
      if (this.#best.offer(this.model, epoch, valid)) this.#saveWeights('best.pt', context);
      this.#saveWeights('last.pt', context);
      run.metrics.append({ kind: 'epoch', epoch, lr, drop_path_prob, train, valid });
      const validation = `validation ${valid.top1.toFixed(2)} %`;
      progress.line(`Epoch ${epoch + 1}/${epochs}  ${describe(train)}  ${validation}`);
      return valid;
    });
  }

  #saveWeights(file: string, { run }: RunContext): void {
    const path = run.file(file);
    storing(path, () => saveWeights(this.model, path));
  }

  #rate(epoch: number): number {
    const { quirks, training } = this.#config;
    const doubled = quirks.imagenet_double_step && training.stem !== 'cifar';
    return (doubled ? imagenetRate : learningRate)(epoch, training);
  }

  /** Puts the best epoch's weights back and classifies the test images. */
  async test(context: RunContext): Promise<TrainResult> {
    const best_epoch = this.#best.restore(this.model);
    const test = await this.#evaluate('test', 'Test', context);
    context.run.metrics.append({ kind: 'test', best_epoch, ...test });
    return { test, best_epoch };
  }

  #pass(epoch: number, { run }: RunContext): LearningPass {
    const { epochs, grad_clip, auxiliary, auxiliary_weight } = this.#config.training;
    return {
      label: `Train ${epoch + 1}/${epochs}`,
      timing: { pass: 'train', epoch },
      loader: this.#loaders.train,
      device: this.#device,
      report_freq: this.#config.report_freq,
      learned: { model: this.model, optimizers: [this.#optimizer] },
      step: (train, watch) => {
        const outcome = weightStep({
          model: this.model,
          criterion: this.#trainCriterion,
          optimizer: this.#optimizer,
          train,
          grad_clip,
          auxiliary_weight: auxiliary ? auxiliary_weight : 0,
        });
        watch.lap('weights');
        return outcome;
      },
      report: (step, figures) => run.metrics.append({ kind: 'step', epoch, step, ...figures }),
    };
  }

  #evaluate(pass: 'valid' | 'test', label: string, context: RunContext): Promise<Figures> {
    const options = {
      label,
      timing: { pass },
      loader: this.#loaders[pass],
      device: this.#device,
      report_freq: this.#config.report_freq,
    };
    return evaluate(this.model, this.#criterion, options, context);
  }

  [Symbol.dispose](): void {
    for (const loader of Object.values(this.#loaders)) loader.close();
    this.model.dispose();
    this.#optimizer.dispose();
    this.#best[Symbol.dispose]();
  }
}
