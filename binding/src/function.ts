// torch.autograd.Function: operations of one's own, with a gradient of one's own.
// biome-ignore-all lint/complexity/noThisInStatic: apply is inherited, so `this` is the subclass
import { addon } from './addon.js';
import { writeTensorLists } from './arguments.js';
import { show, torchError, typeError } from './errors.js';
import { no_grad } from './gradient_mode.js';
import { numbers, refresh, reserve } from './mailbox.js';
import { readNextNumbers, readTensorLists } from './results.js';
import { tidy } from './scope.js';
import { Tensor } from './tensor.js';

/** What `forward` hands on to `backward`: one for each call of `apply`. Own properties may be added. */
export class FunctionContext {
  /** Whether each argument of `forward` needs a gradient. Set before `backward` runs. */
  needs_input_grad: boolean[] = [];
  /** In `backward`: what `save_for_backward` was given. */
  saved_tensors: Tensor[] = [];
  /** Values that are no tensors, for `backward`. */
  [name: string]: unknown;

  /** @internal */
  readonly _lists: { saved: Tensor[]; non_differentiable: Tensor[]; dirty: Tensor[] } = {
    saved: [],
    non_differentiable: [],
    dirty: [],
  };

  /** Saves inputs, outputs or intermediate tensors for `backward`; once, in `forward`. */
  save_for_backward(...tensors: Tensor[]): void {
    this._lists.saved = tensors;
  }

  /** Says that these outputs never need a gradient. */
  mark_non_differentiable(...outputs: Tensor[]): void {
    this._lists.non_differentiable = outputs;
  }

  /** Says that these inputs were changed in place; each must be an output. */
  mark_dirty(...inputs: Tensor[]): void {
    this._lists.dirty = inputs;
  }
}

type Results = Tensor | readonly Tensor[];
type Gradients = Tensor | null | readonly (Tensor | null)[];

interface Operation<A extends unknown[], R extends Results> {
  name: string;
  forward(context: FunctionContext, ...args: A): R;
  backward(context: FunctionContext, ...grad_outputs: Tensor[]): Gradients;
}

/**
 * Base of operations with their own gradient (torch.autograd.Function). A subclass has
 *
 * - `static forward(context, ...args)`: computes the output, a tensor or several, without recording;
 * - `static backward(context, ...grad_outputs)`: from the gradients of the outputs, those of all
 *   arguments of `forward`, in order; null for one that has none. Recorded where `create_graph` is set,
 *   so that second derivatives come out if its operators have them.
 *
 * and is called by `apply`. On accelerators the backward pass runs on another thread, where JavaScript
 * cannot; there it ends in an error.
 */
// biome-ignore lint/complexity/noStaticOnlyClass: PyTorch's form, which its users know
export abstract class AutogradFunction {
  /** Runs `forward` and has autograd remember `backward`. */
  static apply<A extends unknown[], R extends Results>(this: Operation<A, R>, ...args: A): R {
    const context = new FunctionContext();
    const inputs = args.filter((arg): arg is A[number] & Tensor => arg instanceof Tensor);
    let single = false;

    const forward = () => {
      const results = no_grad(() => this.forward(context, ...args));
      single = results instanceof Tensor;
      const outputs = single ? [results as Tensor] : (results as readonly Tensor[]);
      if (!Array.isArray(outputs) || !outputs.every((output) => output instanceof Tensor)) {
        throw typeError(
          `${this.name}.forward must return a tensor or an array of tensors, but got ${show(results)}`,
        );
      }
      const { saved, non_differentiable, dirty } = context._lists;
      writeTensorLists([outputs, saved, non_differentiable, dirty]);
    };

    const backward = (grown: boolean) => {
      if (grown) refresh();
      const handles = tidy(() => {
        const [gradOutputs, saved] = readTensorLists(2) as [Tensor[], Tensor[]];
        const needed = readNextNumbers();
        let next = 0;
        context.saved_tensors = saved;
        context.needs_input_grad = args.map((arg) => arg instanceof Tensor && needed[next++] === 1);
        const gradients = this.backward(context, ...gradOutputs);
        context.saved_tensors = [];
        // Handles of the addon's own, for the tensors here are freed before it reads them.
        return inputGradients(this.name, args, gradients).map((gradient) =>
          gradient === null ? 0 : addon.duplicate(gradient._liveHandle()),
        );
      });
      reserve(handles.length + 1);
      numbers[0] = handles.length;
      numbers.set(handles, 1);
    };

    const outputs = tidy(() => {
      writeTensorLists([inputs]);
      try {
        if (addon.applyFunction(forward, backward)) refresh();
      } catch (error) {
        throw torchError(error, this.name);
      }
      return readTensorLists(1)[0] as Tensor[];
    });
    return (single ? outputs[0] : outputs) as R;
  }
}

// What backward returned, for the arguments that are tensors alone.
function inputGradients(
  name: string,
  args: readonly unknown[],
  gradients: Gradients,
): (Tensor | null)[] {
  const list = Array.isArray(gradients) ? gradients : [gradients];
  if (list.length !== args.length) {
    throw typeError(
      `${name}.backward must return ${args.length} gradients, one for each argument of forward, but got ${list.length}`,
    );
  }
  list.forEach((gradient, i) => {
    const fits = args[i] instanceof Tensor ? gradient instanceof Tensor : false;
    if (gradient !== null && !fits) {
      throw typeError(
        `${name}.backward must return null or, for a tensor, a tensor as gradient ${i}, but got ${show(gradient)}`,
      );
    }
  });
  return list.filter((_, i) => args[i] instanceof Tensor);
}
