// Random number generators, seed for seed those of PyTorch.
import { addon } from './addon.js';
import { cuda, type Device, requireDevice } from './device.js';
import { requireFunction, requireSynchronous, show, torchError, typeError } from './errors.js';
import { Tensor } from './tensor.js';

const backstop = new FinalizationRegistry<number>((handle) => addon.disposeGenerator(handle));

/**
 * Seeds the default generators of the CPU and every accelerator (torch.manual_seed).
 * @param seed a whole number in [-2^63, 2^64).
 */
export function manual_seed(seed: number | bigint): void {
  addon.manualSeed(seedBits(seed, 'manual_seed'));
}

/** A source of random numbers (torch.Generator), given to random operators as `{ generator }`. */
export class Generator {
  /** @internal */
  readonly _handle: number;

  /** A new generator on `device`, seeded from the system. */
  constructor(device: Device | { default: Device } = 'cpu') {
    const fresh = typeof device === 'string';
    const { type, index } = requireDevice(fresh ? device : device.default);
    try {
      this._handle = addon.generator(type, index, fresh);
    } catch (error) {
      throw torchError(error, 'Generator');
    }
    backstop.register(this, this._handle);
  }

  manual_seed(seed: number | bigint): this {
    addon.seedGenerator(this._handle, seedBits(seed, 'Generator.manual_seed'));
    return this;
  }

  /** The seed that it was last given. */
  initial_seed(): bigint {
    return addon.initialSeed(this._handle);
  }

  /** Its state as a uint8 tensor of 5,056 bytes on the CPU. */
  get_state(): Tensor {
    return new Tensor(addon.generatorState(this._handle));
  }

  set_state(state: Tensor): this {
    try {
      addon.setGeneratorState(this._handle, state._liveHandle());
    } catch (error) {
      throw torchError(error, 'Generator.set_state');
    }
    return this;
  }
}

/** The generator that random operators on the CPU draw from where none is given. */
export const default_generator = new Generator({ default: 'cpu' });

/** The state of the CPU's default generator, 5,056 bytes (torch.get_rng_state). */
export function get_rng_state(): Tensor {
  return default_generator.get_state();
}

/** Sets the state of the CPU's default generator (torch.set_rng_state). */
export function set_rng_state(state: Tensor): void {
  default_generator.set_state(state);
}

/**
 * Runs `fn` and gives the default generators of the CPU and of every GPU the states back that they had before,
 * also where `fn` throws: what it draws leaves the random streams as they were (torch.random.fork_rng).
 * @throws TypeError where `fn` is no function, or asynchronous: it would draw after the states are back.
 */
export function fork_rng<T>(fn: () => T): T {
  requireFunction('fork_rng', fn);
  const states = standardGenerators().map(
    (generator) => [generator, generator.get_state()] as const,
  );
  let result: T;
  try {
    result = fn();
  } finally {
    for (const [generator, state] of states) {
      generator.set_state(state);
      state.dispose();
    }
  }
  requireSynchronous('fork_rng', result);
  return result;
}

function standardGenerators(): Generator[] {
  const gpus = Array.from({ length: cuda.device_count() }, (_, i) => `cuda:${i}`);
  return [default_generator, ...gpus.map((gpu) => new Generator({ default: gpu }))];
}

function seedBits(seed: unknown, name: string): bigint {
  const whole = typeof seed === 'bigint' || Number.isSafeInteger(seed);
  const value = whole ? BigInt(seed as number | bigint) : undefined;
  if (value === undefined || value < -(2n ** 63n) || value >= 2n ** 64n) {
    throw typeError(`${name}: seed must be a whole number in [-2^63, 2^64), but got ${show(seed)}`);
  }
  return BigInt.asUintN(64, value);
}
