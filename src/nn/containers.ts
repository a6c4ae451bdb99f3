// Sequential and ModuleList: children named by index. After torch/nn/modules/container.py.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { type AnyModule, Module } from './module.js';

/** Modules in a row, each fed with the output of the one before. */
export class Sequential extends Module {
  [index: number]: Module;

  constructor(...modules: Module[]) {
    super();
    Object.assign(this, modules);
  }

  get length(): number {
    return countIndexed(this);
  }

  forward(input: Tensor): Tensor {
    return this.#first(this.length, input);
  }

  // Recursion nests the scopes: a module's output is freed as soon as the next one has used it.
  #first(count: number, input: Tensor): Tensor {
    if (count === 0) return input;
    const last = this[count - 1] as Module;
    return torch.tidy(() => last.call(this.#first(count - 1, input)));
  }
}

/** A list of modules whose parameters are found. It is iterated or indexed, never called. */
export class ModuleList<M extends AnyModule = Module> extends Module<[], never> {
  [index: number]: M;

  constructor(modules: Iterable<M> = []) {
    super();
    this.extend(modules);
  }

  get length(): number {
    return countIndexed(this);
  }

  append(module: M): this {
    this[this.length] = module;
    return this;
  }

  extend(modules: Iterable<M>): this {
    for (const module of modules) this.append(module);
    return this;
  }

  *[Symbol.iterator](): IterableIterator<M> {
    for (let i = 0; i in this; i++) yield this[i] as M;
  }

  forward(): never {
    throw new TypeError('ModuleList has no forward: call the modules in it');
  }
}

function countIndexed(list: object): number {
  let length = 0;
  while (length in list) length++;
  return length;
}
