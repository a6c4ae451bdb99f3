// The random generators that a run draws from: the CPU's, and its GPU's.

import * as torch from 'torch-js';

export type GeneratorStates = Readonly<Record<string, torch.Tensor>>;

export class Generators {
  readonly #byDevice: ReadonlyMap<string, torch.Generator>;

  constructor(device: string) {
    this.#byDevice = new Map([
      ['cpu', torch.default_generator],
      ...(device === 'cpu'
        ? []
        : [[device, new torch.Generator({ default: device })] as [string, torch.Generator]]),
    ]);
  }

  /** Where they stand, by device. The caller disposes of it. */
  states(): GeneratorStates {
    const states = Array.from(this.#byDevice, ([device, generator]) => [
      device,
      torch.keep(generator.get_state()),
    ]);
    return Object.fromEntries(states);
  }

  /** Puts them where `states` says. */
  set(states: GeneratorStates): void {
    for (const [device, generator] of this.#byDevice) {
      const state = states[device];
      if (state) generator.set_state(state);
    }
  }
}
