// Optimizer: groups, state and what steps have in common. After torch/optim/optimizer.py.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';

/** Options of one group; every optimizer's have a learning rate. */
export type GroupOptions = { lr: number };

export type ParamGroup<O extends GroupOptions> = O & { params: Tensor[] };

/** Parameters, or groups of them with options of their own over the optimizer's. */
export type ParamsOrGroups<O extends GroupOptions> = Iterable<Tensor> | Iterable<NewGroup<O>>;

export type NewGroup<O extends GroupOptions> = Partial<O> & { params: Iterable<Tensor> };

type State = Record<string, Tensor | number>;

/** PyTorch's layout: state by the parameter's number, counted through all groups. */
export interface OptimizerStateDict {
  state: Map<number, State>;
  param_groups: ({ params: number[] } & Record<string, unknown>)[];
}

/** The same with the states in an object, too. */
export type SavedOptimizer = Omit<OptimizerStateDict, 'state'> & {
  state: ReadonlyMap<number, State> | Readonly<Record<number, State>>;
};

export abstract class Optimizer<O extends GroupOptions, S extends State> {
  readonly param_groups: ParamGroup<O>[] = [];
  /** Made at a parameter's first step, on its device; kept until `dispose`. */
  readonly state = new Map<Tensor, S>();
  readonly #defaults: O;

  /** @param defaults - options of the groups that don't have their own */
  constructor(params: ParamsOrGroups<O>, defaults: O) {
    this.#defaults = defaults;
    const given: unknown[] = [...params];
    if (given.length === 0) throw new RangeError('optimizer got an empty parameter list');
    const isGroup = (entry: unknown): boolean => Object.hasOwn(entry as object, 'params');
    const groups = given.every(isGroup) ? given : [{ params: given }];
    for (const group of groups) this.add_param_group(group as NewGroup<O>);
  }

  /** Throws a RangeError for an option out of range. */
  protected abstract check(options: O): void;

  /**
   * One update of the group's parameters that have gradients; runs without autograd, in a scope.
   * Tensor operators over whole lists, and no `item()`, so that a GPU is never waited for.
   */
  protected abstract update(params: Tensor[], grads: Tensor[], options: O): void;

  /** Adds parameters with options of their own; what is left out comes from the optimizer's. */
  add_param_group({ params, ...options }: NewGroup<O>): void {
    const group = { ...this.#defaults, ...options, params: [...params] } as ParamGroup<O>;
    this.check(group);
    const known = new Set(this.param_groups.flatMap((other) => other.params));
    for (const param of group.params) {
      if (!(param instanceof torch.Tensor)) {
        throw new TypeError(`optimizer can only optimize Tensors, got ${typeof param}`);
      }
      if (!param.is_leaf) throw new TypeError("can't optimize a non-leaf Tensor");
      if (known.has(param)) {
        throw new RangeError('some parameters appear in more than one parameter group');
      }
      known.add(param);
    }
    this.param_groups.push(group);
  }

  /** Updates every parameter that has a gradient. Leaves no tensor behind but its state. */
  step(): void {
    torch.tidy(() => {
      torch.no_grad(() => {
        for (const group of this.param_groups) {
          const params: Tensor[] = [];
          const grads: Tensor[] = [];
          for (const param of group.params) {
            const grad = param.grad;
            if (grad === null) continue;
            params.push(param);
            grads.push(grad);
          }
          if (params.length > 0) this.update(params, grads, group);
        }
      });
    });
  }

  /** Drops the gradients (`grad` becomes null), as torch 2 does by default. */
  zero_grad(): void {
    for (const { params } of this.param_groups) {
      for (const param of params) param.grad = null;
    }
  }

  /** The first group's learning rate; setting it sets that of all groups. */
  get lr(): number {
    return (this.param_groups[0] as ParamGroup<O>).lr;
  }

  set lr(lr: number) {
    for (const group of this.param_groups) group.lr = lr;
  }

  /** Options and the live state tensors (no copies). */
  state_dict(): OptimizerStateDict {
    const params = this.param_groups.flatMap((group) => group.params);
    const number = new Map(params.map((param, index) => [param, index]));
    const state = new Map<number, State>();
    for (const [param, index] of number) {
      const own = this.state.get(param);
      if (own !== undefined) state.set(index, { ...own });
    }
    const param_groups = this.param_groups.map(({ params: own, ...options }) => ({
      ...options,
      params: own.map((param) => number.get(param) as number),
    }));
    return { state, param_groups };
  }

  /**
   * Takes over the options and copies the state (to each parameter's dtype and device). Also reads
   * what PyTorch saved: its `step` tensors become numbers, options that are not ours are left out.
   *
   * @param saved - as `state_dict` gives it, or `torch.load` what was saved of one
   */
  load_state_dict({ state, param_groups }: SavedOptimizer): void {
    if (param_groups.length !== this.param_groups.length) {
      throw new RangeError('loaded state dict has a different number of parameter groups');
    }
    const numbers = param_groups.flatMap((saved) => saved.params);
    const own = this.param_groups.map((group, i) => {
      const saved = param_groups[i] as OptimizerStateDict['param_groups'][number];
      if (saved.params.length !== group.params.length) {
        throw new RangeError(
          "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
        );
      }
      const options = Object.keys(this.#defaults).filter((name) => name in saved);
      const merged = {
        ...group,
        ...Object.fromEntries(options.map((name) => [name, saved[name]])),
      };
      this.check(merged);
      return merged;
    });
    const params = own.flatMap((group) => group.params);
    const states = statesOf(state);
    torch.tidy(() => {
      const loaded = params.map((param, i): [Tensor, State | undefined] => {
        const saved = states.get(numbers[i] as number);
        return [param, saved && copied(saved, param)];
      });
      this.dispose();
      for (const [param, copy] of loaded) {
        if (copy === undefined) continue;
        for (const tensor of tensorsIn(copy)) torch.keep(tensor);
        this.state.set(param, copy as S);
      }
    });
    this.param_groups.splice(0, own.length, ...own);
  }

  /** Frees the state; a later step starts it anew. */
  dispose(): void {
    for (const own of this.state.values()) {
      for (const tensor of tensorsIn(own)) tensor.dispose();
    }
    this.state.clear();
  }
}

function tensorsIn(state: State): Tensor[] {
  return Object.values(state).filter((value) => value instanceof torch.Tensor);
}

/** By number: `torch.load` gives a dict with numbers as keys as a Map, but an empty one as an object. */
function statesOf(state: unknown): ReadonlyMap<number, State> {
  // By its tag, because a Map made in another realm is not an instance of ours.
  if (Object.prototype.toString.call(state) === '[object Map]') return state as Map<number, State>;
  return new Map(Object.entries(state as object).map(([key, own]) => [Number(key), own]));
}

function copied(saved: State, { dtype, device, shape }: Tensor): State {
  return Object.fromEntries(
    Object.entries(saved).map(([name, value]) => {
      if (!(value instanceof torch.Tensor)) return [name, value];
      if (name === 'step') return [name, Number(value.item())];
      if (value.shape.join() !== shape.join()) {
        throw new RangeError(
          `loaded state dict has ${name} of shape [${value.shape}] for a parameter of shape [${shape}]`,
        );
      }
      return [name, value.to({ dtype, device, copy: true })];
    }),
  );
}

/** Throws a RangeError that names option, bound and value unless `ok`. */
export function requireOption(ok: boolean, name: string, expected: string, value: unknown): void {
  if (!ok) throw new RangeError(`optimizer: ${name} must be ${expected}, got ${String(value)}`);
}
