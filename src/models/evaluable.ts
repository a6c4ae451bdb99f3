// What makes a network of found cells one that is trained from scratch: drop path, and an auxiliary head.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import type { Cell } from './cell.js';
import type { CellNetwork } from './cell_network.js';

/** A network of found cells. */
export interface Evaluable {
  /** Probability of drop path in training, in [0, 1); the trainer raises it from epoch to epoch. */
  drop_path_prob: number;

  /**
   * One pass for the logits and those of the auxiliary head, both [N, num_classes]. The loss to train on is
   * that of the first plus 0.4 (DARTS) times that of the second; `call` leaves the auxiliary head out.
   *
   * @param input [N, in_channels, H, W]
   * @throws TypeError if the network has no auxiliary head
   */
  callWithAuxiliary(input: Tensor): [logits: Tensor, logits_aux: Tensor];

  /** Runs one of the cells as the network stands now. */
  runCell(cell: Cell, s0: Tensor, s1: Tensor): Tensor;
}

// biome-ignore lint/suspicious/noExplicitAny: TypeScript asks this of the class that a mixin extends
type Constructor<T> = abstract new (...args: any[]) => T;

/** The topology `Base` as a network that is trained. */
export function evaluable<B extends Constructor<CellNetwork<Cell>>>(
  Base: B,
): B & Constructor<Evaluable> {
  abstract class EvaluableNetwork extends Base implements Evaluable {
    drop_path_prob = 0;

    override runCell(cell: Cell, s0: Tensor, s1: Tensor): Tensor {
      return cell.call(s0, s1, this.drop_path_prob);
    }

    callWithAuxiliary(input: Tensor): [logits: Tensor, logits_aux: Tensor] {
      const head = this.auxiliary_head;
      if (!head) {
        throw new TypeError(
          `${this.constructor.name}.callWithAuxiliary: there is no auxiliary head; build the network with auxiliary: true`,
        );
      }
      return torch.tidy(() => {
        const auxiliary: Tensor[] = [];
        const logits = this.logits(input, (features) => auxiliary.push(head.call(features)));
        return [logits, ...auxiliary] as [Tensor, Tensor];
      });
    }
  }
  return EvaluableNetwork;
}
