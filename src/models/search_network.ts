// B-DARTS: the broad supernet; follows `Network` in the original's `BNASv2CLR/model_search_b.py`.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { Parameter } from '../nn/index.js';
import { BroadNetwork, LastTwo, type Widths, widthsAfter } from './broad_network.js';
import { deriveGenotype } from './derive_genotype.js';
import { type Genotype, OPERATION_NAMES, PRIMITIVES, type Primitive } from './genotype.js';
import { requireEvenWidth, requireIntegers } from './integers.js';
import { MixedOp } from './mixed_op.js';
import { edgeCount, SearchCell } from './search_cell.js';

export interface SearchNetworkOptions {
  /** Channels of the nodes before the first doubling; even. */
  C: number;
  num_classes: number;
  /**
   * Convolution cells, each of which doubles channels and halves height and width; at least 2,
   * default 2.
   */
  layers?: number;
  /** Enhancement cells, default 1. */
  en_layers?: number;
  /** Inner nodes of a cell, default 4. */
  steps?: number;
  /** How many of a cell's last nodes its output concatenates, default 4. */
  multiplier?: number;
  /** Channels of the stem in units of C, default 3. */
  stem_multiplier?: number;
  /** Default 3. */
  in_channels?: number;
  /** The search space, the columns of the alphas; default {@link PRIMITIVES}. */
  primitives?: readonly Primitive[];
}

/**
 * [N, in_channels, H, W] to logits [N, num_classes].
 *
 * The architecture parameters [edges, primitives] are no members of `parameters()` and `state_dict()`, as
 * in the original: an optimizer of their own moves them. Both follow `to()`.
 *
 * @throws RangeError for an option out of range
 */
export class SearchNetwork extends BroadNetwork<SearchCell> {
  readonly options: Readonly<Required<SearchNetworkOptions>>;
  readonly #alphas_normal: Parameter;
  readonly #alphas_reduce: Parameter;

  constructor(options: SearchNetworkOptions) {
    const complete = withDefaults(options);
    const { C, num_classes, layers, en_layers, steps, multiplier, primitives } = complete;
    const stem_channels = complete.stem_multiplier * C;
    super(complete.in_channels, stem_channels);
    this.options = complete;

    const makeCell = (widths: Widths, reduction: boolean, reduction_prev: boolean) =>
      new SearchCell({
        ...widths,
        steps,
        multiplier,
        reduction,
        reduction_prev,
        edge: (width, stride) => new MixedOp(width, stride, primitives),
      });
    let widths: Widths = { C_prev_prev: stem_channels, C_prev: stem_channels, C };
    for (let i = 0; i < layers; i++) {
      this.gapTaps.add(widths.C_prev, widths.C);
      widths = { ...widths, C: 2 * widths.C };
      this.conv_cells.append(makeCell(widths, true, i > 0));
      widths = widthsAfter(widths, multiplier);
      this.enTaps.add(widths.C_prev, i + 1 === layers ? widths.C_prev : widths.C);
    }
    this.gapTaps.reduce();
    this.addHead(en_layers, num_classes, widths, (next) => makeCell(next, false, false));

    const makeAlphas = () =>
      new Parameter(torch.randn([edgeCount(steps), primitives.length]).mul_(1e-3));
    this.#alphas_normal = makeAlphas();
    this.#alphas_reduce = makeAlphas();
  }

  /** Of the convolution cells. */
  get alphas_normal(): Parameter {
    return this.#alphas_normal;
  }

  /** Of the enhancement cells. */
  get alphas_reduce(): Parameter {
    return this.#alphas_reduce;
  }

  arch_parameters(): Parameter[] {
    return [this.alphas_normal, this.alphas_reduce];
  }

  override forward(input: Tensor): Tensor {
    const gapTaps = this.gapTaps.begin();
    const enTaps = this.enTaps.begin();
    const last = new LastTwo(this.stem.call(input));
    [...this.conv_cells].forEach((cell, i) => {
      gapTaps.add(last.s1);
      if (i + 1 === this.conv_cells.length) gapTaps.reduce();
      last.push(run(cell, last.s0, last.s1, this.alphas_normal));
      enTaps.add(last.s1);
    });
    return this.head(last, gapTaps, enTaps, (cell, s0, s1) =>
      run(cell, s0, s1, this.alphas_reduce),
    );
  }

  /** The architecture that the alphas stand for now. */
  genotype(): Genotype {
    return deriveGenotype(this.alphas_normal, this.alphas_reduce, this.options);
  }

  override to(target: Parameters<BroadNetwork<SearchCell>['to']>[0]): this {
    super.to(target);
    const { device, dtype } = this.classifier.weight;
    for (const alphas of this.arch_parameters()) alphas.to_({ device, dtype });
    return this;
  }

  override dispose(): void {
    super.dispose();
    for (const alphas of this.arch_parameters()) alphas.dispose();
  }
}

// A softmax for each cell, not one for all of a kind: gradients then add up in the original's
// order.
function run(cell: SearchCell, s0: Tensor, s1: Tensor, alphas: Tensor): Tensor {
  return torch.tidy(() => cell.call(s0, s1, torch.softmax(alphas, -1)));
}

function withDefaults({
  C,
  num_classes,
  layers = 2,
  en_layers = 1,
  steps = 4,
  multiplier = 4,
  stem_multiplier = 3,
  in_channels = 3,
  primitives = PRIMITIVES,
}: SearchNetworkOptions): Required<SearchNetworkOptions> {
  const owner = 'SearchNetwork';
  const rest = { C, num_classes, en_layers, steps, multiplier, stem_multiplier, in_channels };
  requireIntegers(owner, rest);
  requireIntegers(owner, { layers }, 2);
  requireEvenWidth(owner, C);
  if (multiplier > steps) {
    throw new RangeError(
      `${owner}: multiplier must be at most steps (${steps}), got ${multiplier}`,
    );
  }
  const known = primitives.every((name) => OPERATION_NAMES.includes(name));
  if (!known || primitives.every((name) => name === 'none')) {
    throw new RangeError(
      `${owner}: primitives must be some of ${OPERATION_NAMES.join(', ')} and not none alone, ` +
        `got ${primitives.join(', ')}`,
    );
  }
  return { ...rest, layers, primitives };
}
