// Module: the base of layers and networks; a call is a scope. After torch/nn/modules/module.py.
import type { DType, Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { Buffer, Parameter, type Placement, placementOf } from './parameter.js';
import { type IncompatibleKeys, loadStateDict, type StateDict } from './state_dict.js';

// biome-ignore lint/suspicious/noExplicitAny: modules of one network differ in what they take and return
export type AnyModule = Module<any, any>;

/**
 * A layer or network: tensors, child modules, and a `forward` that uses them.
 *
 * Parameters, Buffers and Modules that are own properties are found by themselves, in the order in
 * which the class declares its fields; that order is the state dict's. Fields may be assigned in
 * another order (which decides the random stream of initialisation). Plain tensors, arrays and
 * `#private` fields are not looked into.
 */
export abstract class Module<I extends unknown[] = [Tensor], O = Tensor> {
  training = true;

  /** Computes the output. Run it by `call`: alone it leaves its intermediate tensors behind. */
  abstract forward(...inputs: I): O;

  /**
   * Runs `forward` inside a scope: of all tensors it makes only the output survives. One that
   * `forward` puts on a property must be passed to `torch.keep`.
   *
   * @throws Error with code `ERR_NOT_KEPT` when a property holds a tensor that has been freed
   */
  call(...inputs: I): O {
    const output = torch.tidy(() => this.forward(...inputs));
    for (const name in this) {
      const value: unknown = this[name];
      if (value instanceof torch.Tensor && value.disposed) throw notKept(this, name);
    }
    return output;
  }

  /** Own child modules by property name; one held twice is named once. */
  named_children(): [string, AnyModule][] {
    return unique(owned<AnyModule>(this, Module));
  }

  children(): AnyModule[] {
    return values(this.named_children());
  }

  /** This module (named '') and all below it, each before its children, each once. */
  named_modules(): [string, AnyModule][] {
    const found = new Map<AnyModule, string>();
    const visit = (module: AnyModule, path: string): void => {
      if (found.has(module)) return;
      found.set(module, path);
      for (const [name, child] of module.named_children()) visit(child, join(path, name));
    };
    visit(this, '');
    return Array.from(found, ([module, path]) => [path, module]);
  }

  modules(): AnyModule[] {
    return values(this.named_modules());
  }

  /** Parameters of the whole tree by path, such as `classifier.weight`; shared ones once. */
  named_parameters(): [string, Parameter][] {
    return this.#namedTensors(Parameter);
  }

  parameters(): Parameter[] {
    return values(this.named_parameters());
  }

  /** Buffers of the whole tree by path; shared ones once. */
  named_buffers(): [string, Buffer][] {
    return this.#namedTensors(Buffer);
  }

  buffers(): Buffer[] {
    return values(this.named_buffers());
  }

  /**
   * The live parameters and buffers by path (no copies: clone what must not change). Order: own
   * parameters, own buffers, then each child in turn.
   *
   * @param prefix - put before every name
   */
  state_dict(prefix = ''): Map<string, Tensor> {
    const state = new Map<string, Tensor>();
    for (const [name, tensor] of owned<Tensor>(this, Parameter)) state.set(prefix + name, tensor);
    for (const [name, tensor] of owned<Tensor>(this, Buffer)) state.set(prefix + name, tensor);
    for (const [name, child] of owned<AnyModule>(this, Module)) {
      for (const [path, tensor] of child.state_dict(`${prefix}${name}.`)) state.set(path, tensor);
    }
    return state;
  }

  /**
   * Copies `state` into the parameters and buffers, whatever its dtype and device. All or nothing.
   *
   * @param state - tensors by path, as `state_dict` gives them
   * @param options - `strict`: refuse missing and unexpected keys (default true); a size always counts
   * @returns the missing and unexpected keys
   * @throws Error with code `ERR_STATE_DICT`, in PyTorch's words
   */
  load_state_dict(state: StateDict, { strict = true } = {}): IncompatibleKeys {
    return loadStateDict(this.constructor.name, this.state_dict(), state, strict);
  }

  /** Sets `training` here and below: whether batch statistics move, and what is dropped. */
  train(mode = true): this {
    this.training = mode;
    for (const child of this.children()) child.train(mode);
    return this;
  }

  eval(): this {
    return this.train(false);
  }

  /**
   * Moves and converts all parameters, buffers and gradients in place, so that an optimizer made
   * before still holds them. A dtype must be floating point and leaves integer buffers alone.
   *
   * A network that holds Parameters outside `parameters()` extends this method: `alphas.to_(target)`.
   *
   * @param target - a device such as 'cuda:0', a dtype such as 'float64', or both in an object
   */
  to(target: string | Placement): this {
    const placement = placementOf(target);
    if (placement.dtype !== undefined && !FLOATING.has(placement.dtype)) {
      throw new TypeError(
        `Module.to: dtype must be a floating-point one (${[...FLOATING].join(', ')}), got ${placement.dtype}`,
      );
    }
    for (const [, tensor] of owned(this, Parameter)) tensor.to_(placement);
    for (const [, tensor] of owned(this, Buffer)) tensor.to_(placement);
    for (const child of this.children()) child.to(placement);
    return this;
  }

  /** Drops every parameter's gradient (`grad` becomes null, torch 2's default). */
  zero_grad(): void {
    for (const parameter of this.parameters()) parameter.grad = null;
  }

  requires_grad_(flag = true): this {
    for (const parameter of this.parameters()) parameter.requires_grad_(flag);
    return this;
  }

  /** Calls `fn` on every module below, children before parents, and on this one last. */
  apply(fn: (module: AnyModule) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  /** Frees every tensor that is a property here or below. The module is of no use after it. */
  dispose(): void {
    for (const module of this.modules()) {
      for (const [, tensor] of owned(module, torch.Tensor)) tensor.dispose();
    }
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #namedTensors<T extends Tensor>(kind: Kind<T>): [string, T][] {
    return unique(
      this.named_modules().flatMap(([path, module]) =>
        owned(module, kind).map(([name, tensor]): [string, T] => [join(path, name), tensor]),
      ),
    );
  }
}

type Kind<T> = abstract new (...args: never[]) => T;

const FLOATING: ReadonlySet<string> = new Set<DType>(['float32', 'float64', 'float16', 'bfloat16']);

function owned<T>(module: object, kind: Kind<T>): [string, T][] {
  return Object.entries(module).filter((entry): entry is [string, T] => entry[1] instanceof kind);
}

function unique<T>(named: [string, T][]): [string, T][] {
  const seen = new Set<T>();
  return named.filter(([, value]) => !seen.has(value) && seen.add(value));
}

function values<T>(named: [string, T][]): T[] {
  return named.map(([, value]) => value);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function notKept(module: object, name: string): Error {
  return Object.assign(
    new Error(
      `${module.constructor.name}.${name} holds a freed tensor: what forward puts on a property must pass through torch.keep(), or it is freed when the call ends`,
    ),
    { code: 'ERR_NOT_KEPT' },
  );
}
