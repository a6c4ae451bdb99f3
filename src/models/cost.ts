// What a network costs, counted without computing anything: its own forward runs on tensors that have
// shapes but no data (LibTorch's `meta` device).
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import {
  type AnyModule,
  AvgPool2d,
  BatchNorm2d,
  Conv2d,
  Linear,
  MaxPool2d,
  ModuleList,
  ReLU,
} from '../nn/index.js';
import type { CellModule, CellNetwork } from './cell_network.js';
import { MixedOp } from './mixed_op.js';
import { SearchCell } from './search_cell.js';

export interface Cost {
  /** Numbers that are trained; architecture parameters are none of them. */
  parameters: number;
  /**
   * Multiplications with additions, for one image: of convolutions and linear layers. Papers after DARTS also count
   * two operations for each number that is normalised and one for each that a ReLU or a pooling layer reads, which
   * adds about 3 %: 586 M in place of 571 M for PC-DARTS on ImageNet.
   */
  macs: number;
  /**
   * Bytes for each image of a batch that a training forward holds until its backward: what the formulas of
   * the gradients need again, beside the image itself.
   */
  activation_bytes: number;
}

export interface PartCost extends Cost {
  /** Its path in the network: `stem`, `conv_cells.0`, `classifier`. */
  name: string;
}

export interface NetworkCost extends Cost {
  /** What the whole adds up from, in the order of the state dict. */
  parts: PartCost[];
}

/**
 * Counts a network as it is: on any device, in training or not, and it is left so. An auxiliary head counts
 * for its parameters only.
 *
 * @param image_shape [in_channels, height, width]
 * @throws RangeError for the wrong number of channels, or what the network throws at such a size
 */
export function networkCost<Cell extends CellModule>(
  network: CellNetwork<Cell>,
  image_shape: readonly [number, number, number],
): NetworkCost {
  const parts = partsOf(network).map(([name, module]) => new Part(name, module));
  const modes = network.modules().map((module): [AnyModule, boolean] => [module, module.training]);
  const { dtype } = network.classifier.weight;
  const input = torch.empty([1, ...image_shape], { dtype, device: 'meta' });
  try {
    // In training, quirks of the original would run an edge twice.
    network.eval();
    for (const part of parts) part.watch();
    torch.tidy(() => torch.no_grad(() => void network.call(input)));
    for (const part of parts) part.activation_bytes = part.release();
  } finally {
    for (const part of parts) part.unwatch();
    for (const [module, training] of modes) module.training = training;
    input.dispose();
  }
  const costs = parts.map(({ name, parameters, macs, activation_bytes }) => ({
    name,
    parameters,
    macs,
    activation_bytes,
  }));
  const sum = (key: keyof Cost) => costs.reduce((total, cost) => total + cost[key], 0);
  return {
    parameters: sum('parameters'),
    macs: sum('macs'),
    activation_bytes: sum('activation_bytes'),
    parts: costs,
  };
}

/** The members of a network, lists one by one. */
function partsOf(network: AnyModule): [name: string, AnyModule][] {
  return network
    .named_children()
    .flatMap(([name, child]): [string, AnyModule][] =>
      child instanceof ModuleList
        ? child.named_children().map(([index, module]) => [`${name}.${index}`, module])
        : [[name, child]],
    );
}

/** A member of the network while it is counted: its modules' forward is watched. */
class Part implements PartCost {
  readonly parameters: number;
  macs = 0;
  activation_bytes = 0;
  readonly #modules: readonly AnyModule[];
  readonly #held: Tensor[] = [];
  /** Modules whose output is multiplied by a weight that is trained. */
  readonly #weighed = new Set<AnyModule>();

  constructor(
    readonly name: string,
    module: AnyModule,
  ) {
    this.parameters = module.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0);
    this.#modules = module.modules();
    for (const each of this.#modules) {
      if (each instanceof MixedOp) for (const op of each._ops) this.#weighed.add(op);
    }
  }

  watch(): void {
    for (const module of this.#modules) {
      const forward = shapeOnly(module) ?? module.forward.bind(module);
      // An own property, which hides the method of the class.
      module.forward = (...inputs: Tensor[]) => {
        if (module instanceof SearchCell) this.#enterCell(module, inputs);
        const output = forward(...inputs);
        this.#count(module, inputs, output);
        return output;
      };
    }
  }

  unwatch(): void {
    for (const module of this.#modules) Reflect.deleteProperty(module, 'forward');
    for (const tensor of this.#held) tensor.dispose();
  }

  /** Gives up what it holds; returns the bytes that nothing else holds. */
  release(): number {
    const before = torch.memory().bytes;
    for (const tensor of this.#held) tensor.dispose();
    return before - torch.memory().bytes;
  }

  #enterCell(cell: SearchCell, inputs: (Tensor | null)[]): void {
    // The weights of operations and edges may lie on any device.
    for (const i of [2, 3]) inputs[i] = inputs[i]?.to('meta') ?? null;
    if (inputs[3]) for (const edge of cell._ops) this.#weighed.add(edge);
  }

  #count(module: AnyModule, [input]: Tensor[], output: Tensor): void {
    if (module instanceof Conv2d || module instanceof Linear) {
      const [outputs, ...receptive] = module.weight.shape as [number, ...number[]];
      const positions = output.numel() / outputs;
      this.macs += outputs * positions * receptive.reduce((product, size) => product * size, 1);
    }
    const needsInput = [Conv2d, Linear, BatchNorm2d, AvgPool2d, MaxPool2d];
    if (needsInput.some((kind) => module instanceof kind)) this.#hold(input as Tensor);
    if (module instanceof MaxPool2d) this.#hold(torch.empty_like(output, { dtype: 'int64' }));
    if (module instanceof ReLU || this.#weighed.has(module)) this.#hold(output);
  }

  #hold(tensor: Tensor): void {
    this.#held.push(torch.keep(tensor.detach()));
  }
}

/** The forward of layers that LibTorch has no shape-only form of. */
function shapeOnly(module: AnyModule): ((x: Tensor) => Tensor) | undefined {
  const shaped = (x: Tensor, shape: number[]) =>
    torch.empty(shape, { dtype: x.dtype, device: x.device });
  if (module instanceof Conv2d) {
    return (x) => {
      const [batch, channels, ...sizes] = x.shape as [number, number, number, number];
      if (channels !== module.in_channels) {
        throw new RangeError(
          `networkCost: an image of ${channels} channels meets a convolution of ${module.in_channels}`,
        );
      }
      return shaped(x, [
        batch,
        module.out_channels,
        ...sizes.map((size, i) => convolved(module, size, i)),
      ]);
    };
  }
  if (module instanceof Linear)
    return (x) => shaped(x, [...x.shape.slice(0, -1), module.out_features]);
  if (module instanceof BatchNorm2d) return (x) => torch.empty_like(x);
  if (module instanceof ReLU) return (x) => (module.inplace ? x : torch.empty_like(x));
  return undefined;
}

/** The height (dimension 0) or width that a convolution gives. */
function convolved({ kernel_size, stride, padding, dilation }: Conv2d, size: number, dim: number) {
  const [kernel, step, border, distance] = [kernel_size, stride, padding, dilation].map((pair) =>
    typeof pair === 'number' ? pair : (pair[dim] as number),
  ) as [number, number, number, number];
  return Math.floor((size + 2 * border - distance * (kernel - 1) - 1) / step) + 1;
}
