// The search of BNAS-v2 (arXiv 2009.08886): the loop of the original's train_search_b_confidence.py,
// its slips mended.

import type { NamedConfig } from '../config/load.js';
import type { Batch, Loader } from '../data/loader.js';
import { SequentialSampler, SubsetRandomSampler } from '../data/sampler.js';
import { formatGenotype, type Genotype } from '../models/genotypes.js';
import { CrossEntropyLoss } from '../nn/index.js';
import { type Architect, confidence, SGD } from '../optim/index.js';
import { edgeEntropy, skipCount } from './architecture.js';
import { DataSource } from './data_source.js';
import { prepare } from './device.js';
import { evaluate } from './evaluate.js';
import { learningRate } from './learning_rate.js';
import { beginRun } from './manifest.js';
import { makeArchitect, makeSupernet, type Supernet } from './networks.js';
import { describe, type RunContext, runPass } from './pass.js';
import { searchStep } from './search_step.js';
import { countOf, grouped, placeOf } from './summary.js';

/**
 * Searches as `config` says. After every epoch, metrics.jsonl has its figures and the genotype files
 * show where the search stands.
 *
 * @returns the genotype that the last epoch put down.
 * @throws Interrupted when the context's signal was aborted.
 */
export async function search(config: NamedConfig, context: RunContext): Promise<Genotype> {
  const device = prepare(config);
  using state = await context.progress.task(
    `Reading ${config.data.dataset}`,
    () => new Search(config, device),
  );
  beginRun(config, device, context);
  context.progress.line(state.summary());
  context.observer?.begin?.(state.model);
  for (let epoch = 0; epoch < config.search.epochs; epoch++) {
    await state.epoch(epoch, context);
    const { normal } = skipCount(state.genotype);
    if (tooMany(normal, epoch, config.search)) {
      context.progress.line(`Stopping: a convolution cell has ${normal} skip connections`);
      break;
    }
  }
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

/** A search under way: supernet, optimizers, and the images of each kind. */
class Search {
  readonly model: Supernet;
  /** What was put down last. */
  genotype: Genotype;
  readonly #config: NamedConfig;
  readonly #device: string;
  readonly #loader: Loader;
  readonly #archLoader: Loader;
  readonly #validLoader: Loader;
  readonly #criterion = new CrossEntropyLoss();
  readonly #optimizer: SGD;
  readonly #architect: Architect;

  constructor(config: NamedConfig, device: string) {
    const options = config.search;
    this.#config = config;
    this.#device = device;
    const source = new DataSource(config);
    const [weights, architecture] = source.train(options.train_portion, options.sample_portion);
    const { dataset } = weights;
    this.model = makeSupernet(config, dataset).to(device);
    this.genotype = this.model.genotype();
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
    const loader = (indices: Int32Array) =>
      source.loader({
        dataset,
        sampler: new SubsetRandomSampler(indices),
        batch_size,
        device,
        augment: { cutout: options.cutout },
      });
    this.#loader = loader(weights.indices);
    this.#archLoader = loader(architecture.indices);
    this.#validLoader = config.quirks.search_validation_augmented
      ? this.#archLoader
      : source.loader({
          dataset,
          sampler: new SequentialSampler(architecture.indices),
          batch_size,
          device,
        });
  }

  /** What is searched, on what, for people. */
  summary(): string {
    const [alphas, weights] = [this.model.arch_parameters(), this.model.parameters()].map(countOf);
    return (
      `Searching: ${alphas} architecture parameters over ${weights} weights, ` +
      `${grouped(this.#archLoader.samples)} and ${grouped(this.#loader.samples)} images, ` +
      placeOf(this.#device)
    );
  }

  /** Trains one epoch, validates, and puts down what came of it. */
  async epoch(epoch: number, context: RunContext): Promise<void> {
    const { epochs, begin, validate_from } = this.#config.search;
    const { progress, run } = context;
    const before = this.model.genotype();
    const rates = this.#rates(epoch);
    context.observer?.epoch?.(epoch, rates.lr);
    const train = await this.#train(epoch, rates.confidence, epoch >= begin, context);
    const validates = epoch >= (validate_from === 'begin' ? begin : validate_from);
    const valid = validates ? await this.#validate(epoch, context) : null;
    const genotype = this.#config.quirks.genotype_before_epoch ? before : this.model.genotype();
    this.genotype = genotype;
    const edge_entropy = {
      normal: edgeEntropy(this.model.alphas_normal),
      reduce: edgeEntropy(this.model.alphas_reduce),
    };
    const entropy = { normal: mean(edge_entropy.normal), reduce: mean(edge_entropy.reduce) };
    const skip_connect = skipCount(genotype);
    run.metrics.append({
      kind: 'epoch',
      epoch,
      ...rates,
      train,
      valid,
      entropy,
      edge_entropy,
      skip_connect,
      architecture: this.#architecture(),
      genotype: formatGenotype(genotype),
    });
    await run.saveGenotype(genotype);
    progress.line(
      [
        `Epoch ${epoch + 1}/${epochs}  ${describe(train)}`,
        ...(valid ? [`validation ${valid.top1.toFixed(2)} %`] : []),
        `entropy ${entropy.normal.toFixed(3)} ${entropy.reduce.toFixed(3)}`,
        `skips ${skip_connect.normal} ${skip_connect.reduce}`,
      ].join('  '),
    );
  }

  /** The architecture parameters, by their names. */
  #architecture(): Record<string, unknown> {
    const { alphas_normal, alphas_reduce, betas_normal, betas_reduce } = this.model;
    const values = Object.entries({ alphas_normal, alphas_reduce, betas_normal, betas_reduce });
    return Object.fromEntries(
      values.flatMap(([name, tensor]) => (tensor ? [[name, tensor.tolist()]] : [])),
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

  #train(epoch: number, confidence: number, started: boolean, context: RunContext) {
    const { epochs, grad_clip } = this.#config.search;
    return runPass(
      {
        label: `Search ${epoch + 1}/${epochs}`,
        timing: { pass: 'search', epoch },
        loader: this.#loader,
        device: this.#device,
        report_freq: this.#config.report_freq,
        step: (train) =>
          searchStep({
            model: this.model,
            criterion: this.#criterion,
            optimizer: this.#optimizer,
            architect: started ? this.#architect : null,
            train,
            valid: this.#archBatch(),
            confidence,
            grad_clip,
          }),
        report: (step, figures) =>
          context.run.metrics.append({ kind: 'step', epoch, step, ...figures }),
      },
      context,
    );
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

  /** The first batch of a fresh random order: the original draws one like this at every step. */
  #archBatch(): Batch {
    return this.#archLoader.first();
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

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
