// The search of BNAS-v2 (arXiv 2009.08886): the loop of the original's train_search_b_confidence.py,
// its slips mended.

import type { Loaded, Tensor } from 'torch-js';
import * as torch from 'torch-js';
import type { NamedConfig } from '../config/load.js';
import { RandomSampler, SequentialSampler, SubsetRandomSampler } from '../data/sampler.js';
import { formatGenotype, type Genotype, parseGenotype } from '../models/genotypes.js';
import { CrossEntropyLoss } from '../nn/index.js';
import { type Architect, confidence, type SavedOptimizer, SGD } from '../optim/index.js';
import type { Figures } from './accuracy.js';
import { type ArchBatches, batchesInTurn, freshBatches } from './arch_batches.js';
import { architectureFigures, archParameters, skipCount } from './architecture.js';
import { DataSource, type Images } from './data_source.js';
import { prepare } from './device.js';
import { evaluate } from './evaluate.js';
import { chooseExecution } from './execution.js';
import { learningRate } from './learning_rate.js';
import { makeArchitect, makeSupernet, type Supernet } from './networks.js';
import { describe, type LearningPass, type RunContext } from './pass.js';
import { provideData } from './provide_data.js';
import { searchStep } from './search_step.js';
import { Session, type Work } from './session.js';
import type { Batches, Source } from './source.js';
import { countOf, grouped, placeOf } from './summary.js';

/**
 * Searches as `config` says, or goes on with a search that was stopped. After every epoch, metrics.jsonl has
 * its figures and the genotype files show where the search stands.
 *
 * @param source By default the data sets that the config names.
 * @returns the genotype that the last epoch put down.
 * @throws Interrupted when the context's signal was aborted; as the constructor of Session.
 */
export async function search(
  config: NamedConfig,
  context: RunContext,
  source: Source = new DataSource(config),
): Promise<Genotype> {
  const device = prepare(config);
  await provideData(config.data, context);
  using state = await context.progress.task(
    `Reading ${config.data.dataset}`,
    () => new Search(config, device, source),
  );
  using session = new Session(state, config, device, context);
  context.progress.line(state.summary());
  context.observer?.begin?.(state.model, state.images);
  // Its files may be of a later epoch, which is done again.
  if (session.epoch > 0) await context.run.saveGenotype(state.genotype);
  while (session.epoch < config.search.epochs) {
    const skips = skipCount(state.genotype).normal;
    if (session.epoch > 0 && tooMany(skips, session.epoch - 1, config.search)) {
      context.progress.line(`Stopping: a convolution cell has ${skips} skip connections`);
      break;
    }
    await state.epoch(session, context);
  }
  session.save();
  session.finish();
  return state.genotype;
}

/** Before the architecture moves, the skips of its cell are drawn, and tell of nothing. */
function tooMany(
  skips: number,
  epoch: number,
  { stop_at_skips, begin }: NamedConfig['search'],
): boolean {
  return stop_at_skips !== 'off' && epoch >= begin && skips >= stop_at_skips;
}

/** What an epoch came to. */
interface EpochFigures {
  rates: Readonly<Record<'lr' | 'confidence' | 'arch_lr', number>>;
  train: Figures;
  valid: Figures | null;
}

/** A search under way: supernet, optimizers, and the images of each kind. */
class Search implements Work {
  readonly kind = 'search';
  readonly files = {};
  readonly model: Supernet;
  /** What was put down last. */
  genotype: Genotype;
  /** What the last epoch ended with, or the first began with. */
  #found: Genotype;
  readonly #config: NamedConfig;
  readonly #device: string;
  /** For people. */
  readonly #execution: string;
  readonly #loader: Batches;
  readonly #archLoader: Batches;
  readonly #archBatches: ArchBatches;
  readonly #validLoader: Batches;
  readonly #criterion = new CrossEntropyLoss();
  readonly #optimizer: SGD;
  readonly #architect: Architect;

  constructor(config: NamedConfig, device: string, source: Source) {
    const options = config.search;
    this.#config = config;
    this.#device = device;
    const [weights, architecture] = source.search(options);
    const { dataset } = weights;
    this.model = makeSupernet(config, dataset).to({ device, dtype: source.dtype });
    this.#execution = chooseExecution(this.model, config, device);
    this.#found = this.model.genotype();
    this.genotype = this.#found;
    this.#optimizer = new SGD(this.model.parameters(), {
      lr: options.learning_rate,
      momentum: options.momentum,
      weight_decay: options.weight_decay,
    });
    this.#architect = makeArchitect(config, {
      model: this.model,
      images: dataset,
      criterion: this.#criterion,
      optimizer: this.#optimizer,
    });
    const { batch_size } = options;
    // The original shuffles whole folders, and samples from halves of a set; their draws differ.
    const inFolders = options.train_portion === 'folders';
    const Order = inFolders ? RandomSampler : SubsetRandomSampler;
    const loader = ({ dataset, indices }: Images) =>
      source.loader({
        dataset,
        sampler: new Order(indices),
        batch_size,
        device,
        augment: { cutout: options.cutout },
      });
    this.#loader = loader(weights);
    this.#archLoader = loader(architecture);
    this.#archBatches = (inFolders ? batchesInTurn : freshBatches)(this.#archLoader);
    this.#validLoader = config.quirks.search_validation_augmented
      ? this.#archLoader
      : source.loader({
          dataset: architecture.dataset,
          sampler: new SequentialSampler(architecture.indices),
          batch_size,
          device,
        });
  }

  get loaders() {
    return { weights: this.#loader, architecture: this.#archLoader };
  }

  state() {
    return {
      state_dict: this.model.state_dict(),
      architecture: new Map(Object.entries(archParameters(this.model))),
      optimizer: this.#optimizer.state_dict(),
      arch_optimizer: this.#architect.optimizer.state_dict(),
      genotype: formatGenotype(this.genotype),
      found: formatGenotype(this.#found),
    };
  }

  load_state(state: Readonly<Record<string, Loaded>>): void {
    const saved = state as unknown as ReturnType<Search['state']>;
    this.model.load_state_dict(saved.state_dict);
    torch.no_grad(() => {
      for (const [name, tensor] of Object.entries(archParameters(this.model))) {
        tensor.copy_(saved.architecture.get(name) as Tensor);
      }
    });
    this.#optimizer.load_state_dict(saved.optimizer as SavedOptimizer);
    this.#architect.optimizer.load_state_dict(saved.arch_optimizer as SavedOptimizer);
    this.genotype = parseGenotype(saved.genotype);
    this.#found = parseGenotype(saved.found);
  }

  get images() {
    return { search: this.#loader.samples, valid: this.#archLoader.samples };
  }

  /** What is searched, on what, for people. */
  summary(): string {
    const [alphas, weights] = [this.model.arch_parameters(), this.model.parameters()].map(countOf);
    return (
      `Searching: ${alphas} architecture parameters over ${weights} weights, ` +
      `${grouped(this.images.valid)} and ${grouped(this.images.search)} images, ` +
      `${placeOf(this.#device)}, ${this.#execution}`
    );
  }

  /** Trains one epoch, validates, and puts down what came of it. */
  epoch(session: Session, context: RunContext): Promise<void> {
    const { epoch } = session;
    const { begin, validate_from } = this.#config.search;
    const rates = this.#rates(epoch);
    context.observer?.epoch?.(epoch, rates.lr);
    const validates = epoch >= (validate_from === 'begin' ? begin : validate_from);
    return session.run(this.#pass(epoch, rates.confidence, context), async (train) => {
      const valid = validates ? await this.#validate(epoch, context) : null;
      await this.#putDown(epoch, { rates, train, valid }, context);
      return valid;
    });
  }

  async #putDown(
    epoch: number,
    { rates, train, valid }: EpochFigures,
    { run, progress }: RunContext,
  ) {
    const found = this.model.genotype();
    this.genotype = this.#config.quirks.genotype_before_epoch ? this.#found : found;
    this.#found = found;
    const skip_connect = skipCount(this.genotype);
    const figures = architectureFigures(this.model);
    run.metrics.append({
      kind: 'epoch',
      epoch,
      ...rates,
      train,
      valid,
      ...figures,
      skip_connect,
      genotype: formatGenotype(this.genotype),
    });
    await run.saveGenotype(this.genotype);
    progress.line(
      [
        `Epoch ${epoch + 1}/${this.#config.search.epochs}  ${describe(train)}`,
        ...(valid ? [`validation ${valid.top1.toFixed(2)} %`] : []),
        `entropy ${figures.entropy.normal.toFixed(3)} ${figures.entropy.reduce.toFixed(3)}`,
        `skips ${skip_connect.normal} ${skip_connect.reduce}`,
      ].join('  '),
    );
  }

  /** Sets the weights' learning rate of the epoch, and says all that changes by the epoch. */
  #rates(epoch: number) {
    const { epochs, confidence_power, arch_learning_rate } = this.#config.search;
    const lr = learningRate(epoch, this.#config.search);
    this.#optimizer.lr = lr;
    const trust = confidence_power === 'off' ? 1 : confidence(epoch, epochs, confidence_power);
    return { lr, confidence: trust, arch_lr: arch_learning_rate * trust };
  }

  #pass(epoch: number, confidence: number, { run }: RunContext): LearningPass {
    const { epochs, begin, grad_clip } = this.#config.search;
    this.#archBatches.begin();
    return {
      label: `Search ${epoch + 1}/${epochs}`,
      timing: { pass: 'search', epoch },
      loader: this.#loader,
      device: this.#device,
      report_freq: this.#config.report_freq,
      learned: {
        model: this.model,
        optimizers: [this.#optimizer, this.#architect.optimizer],
      },
      step: (train, watch) => {
        const valid = this.#archBatches.next();
        watch.lap('data');
        const outcome = searchStep({
          model: this.model,
          criterion: this.#criterion,
          optimizer: this.#optimizer,
          architect: epoch >= begin ? this.#architect : null,
          train,
          valid,
          confidence,
          grad_clip,
          lap: (part) => watch.lap(part),
        });
        watch.lap('weights');
        return outcome;
      },
      report: (step, figures) => run.metrics.append({ kind: 'step', epoch, step, ...figures }),
    };
  }

  #validate(epoch: number, context: RunContext) {
    const options = {
      label: `Validate ${epoch + 1}/${this.#config.search.epochs}`,
      timing: { pass: 'valid' as const, epoch },
      loader: this.#validLoader,
      device: this.#device,
      report_freq: this.#config.report_freq,
    };
    return evaluate(this.model, this.#criterion, options, context);
  }

  [Symbol.dispose](): void {
    this.#loader.close();
    this.#archLoader.close();
    this.#validLoader.close();
    this.model.dispose();
    this.#optimizer.dispose();
    this.#architect.optimizer.dispose();
  }
}
