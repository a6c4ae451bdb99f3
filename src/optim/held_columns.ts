// Holding operations: their alphas stay as they are while the others are searched.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';

/**
 * Runs `move`, which may change `alphas`, and has the held columns come out as they went in, to the
 * last bit. For `move` their gradients are zero, so that a joint norm does not count them.
 *
 * @param alphas - each [edges, primitives], all on one device
 * @param columns - from 0; none is fine
 */
export function holdColumns(
  alphas: readonly Tensor[],
  columns: readonly number[],
  move: () => void,
): void {
  if (columns.length === 0) {
    move();
    return;
  }
  torch.tidy(() =>
    torch.no_grad(() => {
      const index = torch.tensor([...columns], { dtype: 'int64', device: alphas[0]?.device });
      const held = alphas.map((alpha) => alpha.index_select(1, index));
      for (const { grad } of alphas) grad?.index_fill_(1, index, 0);
      move();
      alphas.forEach((alpha, i) => {
        alpha.index_copy_(1, index, held[i] as Tensor);
      });
    }),
  );
}
