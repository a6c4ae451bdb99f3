// The second-order architect: the architecture's gradient through one step of the weights. After
// `--unrolled` in architect.py and architect_confidence.py of the original; DARTS (arXiv
// 1806.09055), equations 6 to 8.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { functional_call } from '../nn/index.js';
import {
  Architect,
  type ArchitectOptions,
  type Criterion,
  type LabelledImages,
  type SearchBatches,
  type SearchModel,
} from './architect.js';
import type { SGD, SGDOptions } from './sgd.js';

/** How far the finite difference goes, as a distance in the space of the weights. */
const DISTANCE = 1e-2;

/** Stands for a norm of 0, where any distance will do. */
const SMALLEST_NORM = 1e-30;

export interface SecondOrderOptions extends ArchitectOptions {
  /**
   * How the mixed second derivative is multiplied by the validation gradient: as the original, by a
   * difference at a distance of 0.01 (default), which on a network with kinks can be far from the
   * derivative; or exactly, by differentiating the backward pass.
   */
  second_order?: 'finite_difference' | 'exact';
  /** The original's slips by their names, see config/quirks.ts; none by default. */
  second_order_confidence?: boolean;
  hvp_rounding?: boolean;
  first_step_momentum?: boolean;
  /** For unrolled_rebuild_draws: draws what the original does where it makes a new network. */
  rebuild?: () => void;
}

/**
 * The gradient of L_valid(w', alpha) by alpha, where w' is what the next step of `weightOptimizer`
 * would make of the weights w on the `train` batch, without gradient clipping.
 *
 * Passes over the network in a step, the weights' own not counted:
 * - `finite_difference`: 4 forward and 4 backward: L_train at w, L_valid at w', L_train on either
 *   side of w.
 * - `exact`: 2 forward and 2 backward, and one backward through the first backward. The graph of
 *   the first pass lives through the second, at some 2.5 times the memory.
 *
 * w is not written to, and of the passes only L_train at w counts for the batch statistics.
 */
export class SecondOrderArchitect extends Architect {
  readonly #weights: readonly [path: string, weight: Tensor][];
  readonly #options: SecondOrderOptions;

  /**
   * @param weightOptimizer - trains the model's parameters; gives learning rate, momentum and decay
   * @throws RangeError when its steps are not those that are unrolled
   */
  constructor(
    model: SearchModel,
    criterion: Criterion,
    readonly weightOptimizer: SGD,
    options: SecondOrderOptions,
  ) {
    super(model, criterion, options);
    this.#options = options;
    this.#weights = model.named_parameters();
    const { dampening, nesterov, maximize } = this.#sgd;
    if (weightOptimizer.param_groups.length > 1 || dampening !== 0 || nesterov || maximize) {
      throw new RangeError(
        'SecondOrderArchitect: unrolls SGD of one group without dampening, nesterov and maximize only',
      );
    }
  }

  protected override rate(confidence: number): number {
    return this.#options.second_order_confidence ? this.lr : super.rate(confidence);
  }

  protected override backward({ train, valid }: SearchBatches, confidence: number): Tensor {
    const exact = this.#options.second_order === 'exact';
    const parameters = this.model.arch_parameters();
    const trainGradients = torch.tidy(() =>
      gradients(this.#loss(train), this.#own(), { create_graph: exact }),
    );
    this.#options.rebuild?.();
    const { loss, direct, vector } = torch.tidy(() => {
      const unrolled = this.#unroll(trainGradients);
      const loss = this.#lossAt(unrolled, valid);
      const scaled = this.#options.second_order_confidence ? loss.mul(confidence) : loss;
      const both = gradients(scaled, [...parameters, ...unrolled]);
      const direct = both.slice(0, parameters.length);
      return { loss: loss.detach(), direct, vector: both.slice(parameters.length) };
    });
    const implicit = exact
      ? gradients(trainGradients, parameters, { grad_outputs: vector })
      : this.finiteDifference(vector, train);
    torch._foreach_sub_(direct, implicit, { alpha: this.#sgd.lr });
    parameters.forEach((parameter, i) => {
      parameter.grad = direct[i] as Tensor;
    });
    return loss;
  }

  /** The mixed second derivative of L_train, times `vector`, by a difference on either side of w. */
  protected finiteDifference(vector: readonly Tensor[], train: LabelledImages): Tensor[] {
    return torch.tidy(() => {
      const norm = torch.cat(vector.map((part) => part.flatten())).norm();
      const R = norm.clamp({ min: SMALLEST_NORM }).reciprocal().mul(DISTANCE);
      const [ahead, behind] = this.#options.hvp_rounding
        ? this.#movedInPlace(vector, Number(R.item()), train)
        : this.#moved(torch._foreach_mul(vector, R), train);
      const difference = torch._foreach_sub(ahead, behind);
      torch._foreach_div_(difference, R.mul(2));
      return difference;
    });
  }

  /** The architecture's gradients at w + step and at w - step. */
  #moved(step: readonly Tensor[], train: LabelledImages): [Tensor[], Tensor[]] {
    const at = (alpha: number) =>
      torch.tidy(() => {
        const weights = torch.no_grad(() => torch._foreach_add(this.#own(), step, { alpha }));
        return gradients(this.#lossAt(weights, train), this.model.arch_parameters());
      });
    return [at(1), at(-1)];
  }

  /** The same as the original finds them: w goes there and back, and the statistics with it. */
  #movedInPlace(vector: readonly Tensor[], R: number, train: LabelledImages): [Tensor[], Tensor[]] {
    const move = (alpha: number) =>
      torch.no_grad(() => torch._foreach_add_(this.#own(), vector, { alpha }));
    const here = () => torch.tidy(() => gradients(this.#loss(train), this.model.arch_parameters()));
    move(R);
    const ahead = here();
    move(-2 * R);
    const behind = here();
    move(R);
    return [ahead, behind];
  }

  /** w' = w - lr * (momentum * buffer + gradient + weight_decay * w), as leaves. */
  #unroll(trainGradients: readonly Tensor[]): Tensor[] {
    const { lr, momentum, weight_decay } = this.#sgd;
    return torch.tidy(() => {
      const unrolled = torch.no_grad(() => {
        const own = this.#own();
        // Decay before gradient before momentum: so the original rounds.
        const directions = torch._foreach_mul(own, weight_decay);
        torch._foreach_add_(directions, trainGradients);
        const moving = own.flatMap((weight, i) => {
          const buffer = this.weightOptimizer.state.get(weight)?.momentum_buffer;
          return buffer ? [{ buffer, direction: directions[i] as Tensor }] : [];
        });
        const complete = moving.length === own.length;
        if (moving.length > 0 && (complete || !this.#options.first_step_momentum)) {
          const buffers = moving.map(({ buffer }) => buffer);
          const momenta = torch._foreach_mul(buffers, momentum);
          torch._foreach_add_(
            moving.map(({ direction }) => direction),
            momenta,
          );
        }
        return torch._foreach_sub(own, directions, { alpha: lr });
      });
      for (const weight of unrolled) weight.requires_grad_(true);
      return unrolled;
    });
  }

  /** The loss at w. */
  #loss({ images, labels }: LabelledImages): Tensor {
    return this.criterion.call(this.model.call(images), labels);
  }

  /** The loss at other weights than w; the batch statistics of the model stay as they are. */
  #lossAt(weights: readonly Tensor[], { images, labels }: LabelledImages): Tensor {
    return torch.tidy(() => {
      const tensors = new Map(this.#weights.map(([path], i) => [path, weights[i] as Tensor]));
      for (const [path, buffer] of this.model.named_buffers()) tensors.set(path, buffer.clone());
      return this.criterion.call(functional_call(this.model, tensors, [images]), labels);
    });
  }

  #own(): Tensor[] {
    return this.#weights.map(([, weight]) => weight);
  }

  get #sgd(): SGDOptions {
    return this.weightOptimizer.param_groups[0] as SGDOptions;
  }
}

/** Gradients of which none may be missing. */
function gradients(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: torch.autograd.GradOptions = {},
): Tensor[] {
  return torch.autograd.grad(outputs, inputs, options) as Tensor[];
}
