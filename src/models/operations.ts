// The operations of both networks' cells and the blocks they are made of; follows `operations.py`
// of the original.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import {
  AvgPool2d,
  BatchNorm2d,
  Conv2d,
  Identity,
  MaxPool2d,
  Module,
  ReLU,
  Sequential,
} from '../nn/index.js';
import { convBn, type Execution, hasKernels } from './execution.js';
import { addOperationName, type Primitive } from './genotype.js';

/** ReLU, convolution, batch normalisation: [N, C_in, H, W] to [N, C_out, H', W']. */
export class ReLUConvBN extends Module {
  op: Sequential;
  execution: Execution = 'plain';

  constructor(
    C_in: number,
    C_out: number,
    kernel_size: number,
    stride: number,
    padding: number,
    affine = true,
  ) {
    super();
    this.op = new Sequential(
      new ReLU(),
      new Conv2d(C_in, C_out, kernel_size, { stride, padding, bias: false }),
      new BatchNorm2d(C_out, { affine }),
    );
  }

  override forward(x: Tensor): Tensor {
    const fused = this.execution === 'fused' && hasKernels(x);
    return fused ? convBn(x, this.op) : this.op.call(x);
  }
}

/** ReLU, dilated depthwise convolution, 1x1 convolution, batch normalisation. */
export class DilConv extends Module {
  op: Sequential;

  constructor(
    C_in: number,
    C_out: number,
    kernel_size: number,
    stride: number,
    padding: number,
    dilation: number,
    affine = true,
  ) {
    super();
    this.op = new Sequential(
      new ReLU(),
      new Conv2d(C_in, C_in, kernel_size, {
        stride,
        padding,
        dilation,
        groups: C_in,
        bias: false,
      }),
      new Conv2d(C_in, C_out, 1, { bias: false }),
      new BatchNorm2d(C_out, { affine }),
    );
  }

  override forward(x: Tensor): Tensor {
    return this.op.call(x);
  }
}

/** Depthwise separable convolution, applied twice; the first carries the stride. */
export class SepConv extends Module {
  op: Sequential;

  constructor(
    C_in: number,
    C_out: number,
    kernel_size: number,
    stride: number,
    padding: number,
    affine = true,
  ) {
    super();
    this.op = new Sequential(
      new ReLU(),
      new Conv2d(C_in, C_in, kernel_size, { stride, padding, groups: C_in, bias: false }),
      new Conv2d(C_in, C_in, 1, { bias: false }),
      new BatchNorm2d(C_in, { affine }),
      new ReLU(),
      new Conv2d(C_in, C_in, kernel_size, { padding, groups: C_in, bias: false }),
      new Conv2d(C_in, C_out, 1, { bias: false }),
      new BatchNorm2d(C_out, { affine }),
    );
  }

  override forward(x: Tensor): Tensor {
    return this.op.call(x);
  }
}

/**
 * Zeros of the input's shape, or of every `stride`-th row and column. Written x * 0, so that NaN and infinity
 * in the input stay visible in the output, as in the original.
 */
export class Zero extends Module {
  constructor(readonly stride: number) {
    super();
  }

  override forward(x: Tensor): Tensor {
    if (this.stride === 1) return x.mul(0);
    return x.slice(2, 0, null, this.stride).slice(3, 0, null, this.stride).mul(0);
  }
}

/**
 * Halves height and width without losing pixels: two 1x1 convolutions of stride 2, the second one pixel down
 * and to the right. [N, C_in, H, W] to [N, C_out, ceil(H / 2), ceil(W / 2)].
 *
 * @throws RangeError if C_out is odd
 */
export class FactorizedReduce extends Module {
  relu: ReLU;
  conv_1: Conv2d;
  conv_2: Conv2d;
  bn: BatchNorm2d;
  /** Whether odd sizes get a row or column of zeros; false is the original's quirk, and an error there. */
  pads_odd = true;
  execution: Execution = 'plain';

  constructor(C_in: number, C_out: number, affine = true) {
    super();
    if (C_out % 2 !== 0) {
      throw new RangeError(`FactorizedReduce: C_out must be even, got ${C_out}`);
    }
    this.relu = new ReLU();
    this.conv_1 = new Conv2d(C_in, C_out / 2, 1, { stride: 2, bias: false });
    this.conv_2 = new Conv2d(C_in, C_out / 2, 1, { stride: 2, bias: false });
    this.bn = new BatchNorm2d(C_out, { affine });
  }

  override forward(x: Tensor): Tensor {
    const [oddRows, oddColumns] = [x.size(2) % 2, x.size(3) % 2];
    const served = hasKernels(x) && (this.pads_odd || !(oddRows || oddColumns));
    if (this.execution === 'fused' && served) return convBn(x, this);
    let y = this.relu.call(x);
    // Halves of odd sizes differ without it.
    if (this.pads_odd && (oddRows || oddColumns)) y = torch.pad(y, [0, oddColumns, 0, oddRows]);
    const halves = [this.conv_1.call(y), this.conv_2.call(y.slice(2, 1).slice(3, 1))];
    return this.bn.call(torch.cat(halves, 1));
  }
}

function conv7x1(C: number, stride: number, affine: boolean): Sequential {
  return new Sequential(
    new ReLU(),
    new Conv2d(C, C, [1, 7], { stride: [1, stride], padding: [0, 3], bias: false }),
    new Conv2d(C, C, [7, 1], { stride: [stride, 1], padding: [3, 0], bias: false }),
    new BatchNorm2d(C, { affine }),
  );
}

/**
 * Makes an operation: [N, C, H, W] to [N, C, ceil(H / stride), ceil(W / stride)].
 *
 * @param affine whether its batch normalisations learn a scale and a shift
 */
export type OperationFactory = (C: number, stride: number, affine: boolean) => Module;

const operations: Record<Primitive, OperationFactory> = {
  none: (_C, stride) => new Zero(stride),
  avg_pool_3x3: (_C, stride) => new AvgPool2d(3, { stride, padding: 1, count_include_pad: false }),
  max_pool_3x3: (_C, stride) => new MaxPool2d(3, { stride, padding: 1 }),
  skip_connect: (C, stride, affine) =>
    stride === 1 ? new Identity() : new FactorizedReduce(C, C, affine),
  sep_conv_3x3: (C, stride, affine) => new SepConv(C, C, 3, stride, 1, affine),
  sep_conv_5x5: (C, stride, affine) => new SepConv(C, C, 5, stride, 2, affine),
  sep_conv_7x7: (C, stride, affine) => new SepConv(C, C, 7, stride, 3, affine),
  dil_conv_3x3: (C, stride, affine) => new DilConv(C, C, 3, stride, 2, 2, affine),
  dil_conv_5x5: (C, stride, affine) => new DilConv(C, C, 5, stride, 4, 2, affine),
  conv_7x1_1x7: conv7x1,
};

/** Every primitive. Search and evaluation cells take theirs from here. */
export const OPS: Readonly<Record<Primitive, OperationFactory>> = operations;

/**
 * Adds an operation to those that cells may hold. Like the others it should end in a batch normalisation, or
 * its outputs are on a scale of their own.
 *
 * @returns its name, for `primitives` of a search network, and for genotypes
 * @throws RangeError for a name that is taken, or that a genotype's text cannot hold
 */
export function addOperation(name: string, make: OperationFactory): Primitive {
  const primitive = addOperationName(name);
  operations[primitive] = make;
  return primitive;
}
