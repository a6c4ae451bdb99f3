// Operations with a gradient of their own: values, second derivatives, and what goes wrong.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';

type Context = torch.autograd.FunctionContext;

class Cube extends torch.autograd.Function {
  static forward(context: Context, x: torch.Tensor, factor: number): torch.Tensor {
    context.save_for_backward(x);
    context.factor = factor;
    return x.pow(3).mul(factor);
  }

  static backward(context: Context, gradient: torch.Tensor): (torch.Tensor | null)[] {
    const [x] = context.saved_tensors as [torch.Tensor];
    return [gradient.mul(x.square()).mul(3 * (context.factor as number)), null];
  }
}

/** Both the sum and the difference; the second output needs no gradient where the test says so. */
class SumAndDifference extends torch.autograd.Function {
  static needed: boolean[] = [];

  static forward(context: Context, a: torch.Tensor, b: torch.Tensor): torch.Tensor[] {
    const outputs = [a.add(b), a.sub(b)];
    context.save_for_backward(...outputs);
    return outputs;
  }

  static backward(context: Context, sum: torch.Tensor, difference: torch.Tensor): torch.Tensor[] {
    SumAndDifference.needed = context.needs_input_grad;
    return [sum.add(difference), sum.sub(difference)];
  }
}

const leaf = (data: number[]) => torch.tensor(data, { dtype: 'float64', requires_grad: true });

describe('a function of one output', () => {
  test('gives its value and its own gradient: 2 x^3, 6 x^2', () => {
    const x = leaf([1, 2, -3]);
    const y = Cube.apply(x, 2);
    expect(y.tolist()).toEqual([2, 16, -54]);
    y.sum().backward();
    expect(x.grad?.tolist()).toEqual([6, 24, 54]);
  });

  test('has a second derivative where its backward is made of operators: 12 x', () => {
    const x = leaf([1, 2, -3]);
    const [first] = torch.autograd.grad(Cube.apply(x, 2).sum(), x, { create_graph: true });
    const [second] = torch.autograd.grad((first as torch.Tensor).sum(), x);
    expect(second?.tolist()).toEqual([12, 24, -36]);
  });

  test('stands in a graph between built-in operators', () => {
    const x = leaf([0.5]);
    Cube.apply(x.mul(2), 1).exp().sum().backward();
    expect(x.grad?.item()).toBeCloseTo(6 * Math.E, 12);
  });

  test('records nothing under no_grad', () => {
    const x = leaf([1]);
    expect(torch.no_grad(() => Cube.apply(x, 1)).requires_grad).toBe(false);
    expect(Cube.apply(torch.tensor([1]), 1).requires_grad).toBe(false);
  });
});

test('several outputs: unused ones send zeros, and needs_input_grad tells the arguments apart', () => {
  const a = leaf([1, 2]);
  const b = torch.tensor([5, 6], { dtype: 'float64' });
  const [sum, difference] = SumAndDifference.apply(a, b) as [torch.Tensor, torch.Tensor];
  expect(difference.tolist()).toEqual([-4, -4]);
  sum.mul(3).sum().backward();
  expect(a.grad?.tolist()).toEqual([3, 3]);
  expect(SumAndDifference.needed).toEqual([true, false]);
});

test('marks: an output without gradient, an input changed in place', () => {
  class Marked extends torch.autograd.Function {
    static forward(context: Context, x: torch.Tensor): torch.Tensor[] {
      x.mul_(2);
      context.mark_dirty(x);
      const index = x.argmax();
      context.mark_non_differentiable(index);
      return [x, index];
    }

    static backward(_: Context, gradient: torch.Tensor): torch.Tensor {
      return gradient.mul(2);
    }
  }
  const x = leaf([1, 3]);
  const copy = x.clone();
  const [doubled, index] = Marked.apply(copy) as [torch.Tensor, torch.Tensor];
  expect([copy.tolist(), index.item(), index.requires_grad]).toEqual([[2, 6], 1n, false]);
  doubled.sum().backward();
  expect(x.grad?.tolist()).toEqual([2, 2]);
});

describe('errors', () => {
  const failing = (backward: () => unknown) =>
    class Failing extends torch.autograd.Function {
      static forward(_: Context, x: torch.Tensor): torch.Tensor {
        return x.mul(1);
      }

      static backward(): torch.Tensor {
        return backward() as torch.Tensor;
      }
    };

  test('what backward throws comes out of the backward pass as it is, null too', () => {
    const error = new Error('on purpose');
    const thrower = (value: unknown) => () => {
      throw value;
    };
    const pass = (value: unknown) => () =>
      failing(thrower(value))
        .apply(leaf([1]))
        .sum()
        .backward();
    expect(pass(error)).toThrow(error);
    let thrown: unknown = 'nothing';
    try {
      pass(null)();
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).toBeNull();
  });

  test('too few gradients, and gradients that are none', () => {
    expect(() =>
      failing(() => [])
        .apply(leaf([1]))
        .sum()
        .backward(),
    ).toThrow(
      'Failing.backward must return 1 gradients, one for each argument of forward, but got 0',
    );
    expect(() =>
      failing(() => 5)
        .apply(leaf([1]))
        .sum()
        .backward(),
    ).toThrow('a tensor as gradient 0, but got 5');
    expect(() =>
      failing(() => torch.ones([2]))
        .apply(leaf([1, 2, 3]))
        .sum()
        .backward(),
    ).toThrow(/invalid gradient at index 0/);
  });

  test('forward must return tensors', () => {
    class Wrong extends torch.autograd.Function {
      static forward(): torch.Tensor {
        return 'x' as never;
      }

      static backward(): null {
        return null;
      }
    }
    expect(() => Wrong.apply()).toThrow(
      'Wrong.forward must return a tensor or an array of tensors, but got "x"',
    );
  });
});

test('500 passes leave nothing behind', () => {
  const x = leaf([1, 2]);
  const step = () =>
    torch.tidy(() => {
      Cube.apply(x, 2).sum().backward();
      x.grad = null;
    });
  step();
  const before = torch.memory();
  for (let i = 0; i < 500; i++) step();
  const { tensors, bytes, allocated } = torch.memory();
  expect({ tensors, bytes, allocated }).toEqual({
    tensors: before.tensors,
    bytes: before.bytes,
    allocated: before.allocated,
  });
});
