// Taps of a broad network: its intermediate features, brought to one size; follows the
// `restricted_convs_*` and `reduction_convs_*` bookkeeping of the original.
import type { Tensor } from 'torch-js';
import type { Module, ModuleList } from '../nn/index.js';
import { FactorizedReduce, ReLUConvBN } from './operations.js';

/**
 * Builds the modules of a row of taps, in the lists of the network that owns them. Each tap is a 1x1
 * "knowledge embedding"; as later taps lie behind one more reducing cell, adding one halves all older taps.
 */
export class TapRow {
  readonly widths: number[] = [];

  constructor(
    private readonly embeddings: ModuleList,
    private readonly reductions: ModuleList,
  ) {}

  add(C_in: number, C_out: number): void {
    this.embeddings.append(new ReLUConvBN(C_in, C_out, 1, 1, 0));
    this.reduce();
    this.widths.push(C_out);
  }

  /** Halves every tap there is. */
  reduce(): void {
    for (const C of this.widths) this.reductions.append(new FactorizedReduce(C, C));
  }

  /** Begins a forward pass. */
  begin(): Taps {
    return new Taps(this.embeddings, this.reductions);
  }
}

/**
 * The taps in one forward pass: the same calls as at construction, with tensors in place of widths.
 */
export class Taps {
  readonly outputs: Tensor[] = [];
  #reduced = 0;

  constructor(
    private readonly embeddings: ModuleList,
    private readonly reductions: ModuleList,
  ) {}

  add(x: Tensor): void {
    const output = (this.embeddings[this.outputs.length] as Module).call(x);
    this.reduce();
    this.outputs.push(output);
  }

  reduce(): void {
    this.outputs.forEach((output, i) => {
      this.outputs[i] = (this.reductions[this.#reduced++] as Module).call(output);
      output.dispose();
    });
  }
}
