// The views of a tensor that are attributes in PyTorch, not calls. Each read makes a new handle.
import { operator } from './operators.js';
import { Tensor } from './tensor.js';

interface Views {
  /** The transposed matrix. */
  readonly T: Tensor;
  /** The transposed matrix with its elements conjugated. */
  readonly H: Tensor;
  /** The last two dimensions swapped. */
  readonly mT: Tensor;
  /** The last two dimensions swapped, with the elements conjugated. */
  readonly mH: Tensor;
  /** The real parts; the tensor itself where it is real. */
  readonly real: Tensor;
  /**
   * The imaginary parts.
   * @throws TorchError where the tensor is real.
   */
  readonly imag: Tensor;
}

declare module './tensor.js' {
  interface Tensor extends Views {}
}

const OPERATORS: Record<keyof Views, string> = {
  T: 'numpy_T',
  H: 'matrix_H',
  mT: 'mT',
  mH: 'mH',
  real: 'real',
  imag: 'imag',
};

for (const [name, aten] of Object.entries(OPERATORS)) {
  const view = operator(aten);
  Object.defineProperty(Tensor.prototype, name, {
    get(this: Tensor) {
      return view.call([this]);
    },
    configurable: true,
    enumerable: false,
  });
}
