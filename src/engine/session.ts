// One process's work on a run: begins it or goes on with it, epoch by epoch, and puts down all that the next one
// would need to go on to the same bits.

import type { Loaded } from 'torch-js';
import * as torch from 'torch-js';
import { formatConfig } from '../config/format.js';
import type { NamedConfig } from '../config/load.js';
import { type Figures, isBetter, type Meter } from './accuracy.js';
import {
  type Best,
  CheckpointError,
  type Identity,
  type Point,
  type Position,
  type State,
} from './checkpoint.js';
import { CheckpointFolder, type Found } from './checkpoint_folder.js';
import { Generators } from './generators.js';
import { differences, threadsOf } from './identity.js';
import { versions } from './installation.js';
import { Manifest } from './manifest.js';
import { DivergedError, describeSeen, type Seen } from './outcome.js';
import { Interrupted, type Keeping, type LearningPass, type RunContext, runPass } from './pass.js';
import type { Batches } from './source.js';

/** What a session looks after: a search or a training under way. */
export interface Work {
  readonly kind: Identity['kind'];
  /** Whose position counts, by what they are for. */
  readonly loaders: Readonly<Record<string, Batches>>;
  /** Files that the folder of its run begins with, beside those of every run. */
  readonly files: Readonly<Record<string, string>>;
  /** All that it has learned: live tensors and plain values. */
  state(): State;
  /** Takes over a copy of what `state` gave. */
  load_state(state: Readonly<Record<string, Loaded>>): void;
}

const NOTHING_SUMMED = { loss: 0, top1: 0, top5: 0, images: 0 };

export class Session {
  readonly #work: Work;
  readonly #config: NamedConfig;
  readonly #device: string;
  readonly #context: RunContext;
  readonly #generators: Generators;
  #manifest: Manifest | undefined;
  #epoch = 0;
  #skipped = 0;
  #best: Best | null = null;
  /** Where the present epoch was left by an earlier session. */
  #begun: Keeping['begun'] = null;
  /** Where the newest checkpoint stands. */
  #saved: Position | null = null;

  /**
   * Makes the folder of the run, or opens that of one that goes on and puts `work` back to where its newest
   * checkpoint stands. To be disposed of, so that others may write into the folder.
   *
   * @throws RunDirectoryError when the folder cannot be had; CheckpointError when no checkpoint can be gone on
   * from; StorageError when it cannot be written to.
   */
  constructor(work: Work, config: NamedConfig, device: string, context: RunContext) {
    this.#work = work;
    this.#config = config;
    this.#device = device;
    this.#context = context;
    this.#generators = new Generators(device);
    if (context.run.resumes) this.#open();
    else this.#begin();
  }

  /** Epochs that are over. */
  get epoch(): number {
    return this.#epoch;
  }

  /**
   * Does an epoch, or what is left of it: the steps that learn, and then `rest`, which looks at what they led to.
   *
   * @param rest Gets the figures of the steps; gives those of images that are not learned from, if any. When it
   * is interrupted, it is done again from its beginning.
   */
  async run(pass: LearningPass, rest: (train: Figures) => Promise<Figures | null>): Promise<void> {
    let passed: Point | null = null;
    const keeping: Keeping = {
      begun: this.#begun,
      after: (step, meter, isOver) => {
        const { every_steps } = this.#config.checkpoint;
        const due = every_steps !== 'off' && step % every_steps === 0;
        if (isOver) passed = this.#point({ epoch: this.#epoch, step, passed: true }, meter);
        else if (due || this.#context.signal.aborted) this.#saveAt(step, meter);
      },
      forgives: this.#config.skip_nonfinite > 0,
      forgive: (step, seen) => this.#forgive(step, seen),
    };
    try {
      const train = await runPass(pass, this.#context, keeping);
      const figures = await rest(train);
      if (figures && (this.#best === null || isBetter(figures, this.#best.figures))) {
        this.#best = { epoch: this.#epoch, figures };
      }
    } catch (error) {
      // Random streams and loaders have moved on since, and weights have not.
      if (passed && error instanceof Interrupted) this.#save(passed);
      throw error;
    } finally {
      if (passed) torch.dispose((passed as Point).generators);
    }
    this.#epoch += 1;
    this.#begun = null;
    if (this.#epoch % this.#config.checkpoint.every_epochs === 0) this.save();
  }

  /** Writes a checkpoint between two epochs, unless there is one. */
  save(): void {
    const { epoch, step } = this.#saved ?? { epoch: -1, step: 0 };
    if (epoch === this.#epoch && step === 0) return;
    this.#saveAt(0);
  }

  /** The run has come to its end. */
  finish(): void {
    this.#updateManifest({ finished: true });
  }

  #begin(): void {
    const { run, command } = this.#context;
    const identity = this.#identity();
    this.#manifest = Manifest.begin(this.#config, identity, command);
    run.create({
      'config.yaml': formatConfig(this.#config),
      ...this.#work.files,
      'manifest.json': this.#manifest.update(),
    });
    try {
      // Whether all of it can be written shows now, not after the first epoch.
      this.save();
    } catch (error) {
      run.close();
      throw error;
    }
  }

  #open(): void {
    const { run } = this.#context;
    run.open();
    try {
      if (this.#config.quirks.nothing_saved) {
        throw new CheckpointError(
          'quirks.nothing_saved: the run keeps no checkpoints to go on from',
        );
      }
      const found = torch.tidy(() => {
        const loaded = this.#folder.load();
        if (!loaded) return null;
        this.#restore(loaded);
        // And none of its tensors.
        return { path: loaded.path, faults: loaded.faults };
      });
      if (!found && run.read('config.yaml') !== formatConfig(this.#config)) {
        throw new CheckpointError(`${run.path} has no checkpoint, and its config.yaml differs`);
      }
      const from = this.#saved ?? { epoch: 0, step: 0, passed: false };
      this.#tell(found, from);
      this.#manifest = this.#manifestFrom(from);
      if (found) return;
      run.metrics.cutBack(0);
      this.save();
    } catch (error) {
      run.close();
      throw error;
    }
  }

  #restore({ checkpoint, path }: Found): void {
    const { identity, point, state } = checkpoint;
    torch.set_num_threads(threadsOf(this.#config.threads, identity.threads));
    const differing = differences(identity, this.#identity());
    if (differing.length > 0) {
      throw new CheckpointError([`${path} is of another run:`, ...differing].join('\n  '));
    }
    this.#work.load_state(state);
    for (const [name, loader] of Object.entries(this.#work.loaders)) {
      const saved = point.loaders[name];
      if (saved) loader.load_state(saved);
    }
    this.#generators.set(point.generators);
    const { epoch, step, passed, meter } = point;
    this.#epoch = epoch;
    this.#skipped = point.skipped;
    this.#best = point.best;
    if (step > 0 || passed) this.#begun = { step, passed, meter };
    this.#saved = { epoch, step, passed };
    // Only now that nothing can be refused any more.
    this.#context.run.metrics.cutBack(point.metrics_bytes);
  }

  /** Of the run that goes on; a new one where a loss of power took the old. */
  #manifestFrom(from: Position): Manifest {
    const { run, command, progress } = this.#context;
    try {
      return Manifest.resume(run.read('manifest.json'), command, from);
    } catch (error) {
      progress.line(`Lost: manifest.json (${(error as Error).message}), which is made anew`);
      return Manifest.begin(this.#config, this.#identity(), command);
    }
  }

  #tell(found: Pick<Found, 'path' | 'faults'> | null, { epoch, step }: Position): void {
    const { progress } = this.#context;
    for (const fault of found?.faults ?? []) progress.line(`Lost: ${fault}`);
    const epochs = epoch === 1 ? '1 epoch' : `${epoch} epochs`;
    const where = step > 0 ? `step ${step} of epoch ${epoch + 1}` : epochs;
    const from = found ? `Going on from ${found.path}, after ${where}` : 'Starting over';
    progress.line(from);
  }

  #identity(): Identity {
    return {
      kind: this.#work.kind,
      config: JSON.parse(JSON.stringify(this.#config)),
      versions: versions(),
      device: this.#device,
      threads: torch.get_num_threads(),
    };
  }

  #point(position: Position, meter?: Meter): Point {
    const { loaders } = this.#work;
    return {
      ...position,
      generators: this.#generators.states(),
      loaders: Object.fromEntries(
        Object.entries(loaders).map(([name, loader]) => [name, loader.state()]),
      ),
      meter: meter?.state() ?? NOTHING_SUMMED,
      skipped: this.#skipped,
      metrics_bytes: this.#context.run.metrics.flush(),
      best: this.#best,
    };
  }

  #saveAt(step: number, meter?: Meter): void {
    const point = this.#point({ epoch: this.#epoch, step, passed: false }, meter);
    this.#save(point);
    torch.dispose(point.generators);
  }

  #save(point: Point): void {
    if (!this.#config.quirks.nothing_saved) {
      const checkpoint = { identity: this.#identity(), point, state: this.#work.state() };
      this.#folder.save(checkpoint, this.#config.checkpoint);
    }
    const { epoch, step, passed } = point;
    this.#saved = { epoch, step, passed };
    this.#updateManifest();
  }

  #forgive(step: number, seen: Seen): void {
    const { progress, run } = this.#context;
    const { skip_nonfinite } = this.#config;
    const what = `step ${step} of epoch ${this.#epoch + 1}: ${describeSeen(seen)}`;
    if (this.#skipped === skip_nonfinite) {
      throw new DivergedError(`${what}; ${skip_nonfinite} such steps were left out before`);
    }
    this.#skipped += 1;
    run.metrics.append({
      kind: 'skipped',
      epoch: this.#epoch,
      step,
      ...Object.fromEntries(Object.entries(seen).map(([name, value]) => [name, String(value)])),
    });
    progress.line(`Left out ${what}`);
  }

  #updateManifest(state?: { finished: boolean }): void {
    if (!this.#manifest) return;
    this.#context.run.write('manifest.json', this.#manifest.update(state), { sync: false });
  }

  get #folder(): CheckpointFolder {
    return new CheckpointFolder(this.#context.run.file('checkpoints'));
  }

  [Symbol.dispose](): void {
    try {
      this.#updateManifest();
    } catch {
      // What ended the run is told, and matters more than how long it took.
    }
    this.#context.run.close();
  }
}
