// Lists that must be of one length, and tensors that could not be given their new shape: refused in words, and nothing is
// left half done.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';

const { ones } = torch;

describe('lists that go together item by item', () => {
  // Recorded by autograd, LibTorch reads beyond the shorter one.
  test.each([
    ['numbers', (x: Tensor) => torch._foreach_clamp_min([x, x], [])],
    ['tensors', (x: Tensor) => torch._foreach_mul([x, x], [ones([2])])],
    ['numbers in place', (x: Tensor) => torch._foreach_add_([x.mul(1)], [1, 2])],
  ])('are refused where their lengths differ: %s', (_, call) => {
    torch.tidy(() => {
      const x = ones([2], { requires_grad: true });
      expect(() => call(x)).toThrow(
        expect.objectContaining({
          name: 'TorchError',
          message: expect.stringMatching(
            /lists must have the same length, but self has \d and \w+ \d/,
          ),
        }),
      );
    });
  });

  test('are taken where they are equal', () => {
    torch.tidy(() => {
      const x = ones([2], { requires_grad: true });
      const [a, b] = torch._foreach_mul([x, x], [2, 3]);
      a?.add(b as Tensor)
        .sum()
        .backward();
      expect(x.grad?.tolist()).toEqual([5, 5]);
    });
  });
});

describe('a tensor that could not be given its new shape', () => {
  // More than a machine has, less than what 64 bits count.
  const absurd = [2 ** 45];

  test('is left empty by resize_', () => {
    torch.tidy(() => {
      const x = torch.ones([3]);
      expect(() => x.resize_(absurd)).toThrow(/memory/);
      expect(x.shape).toEqual([0]);
      expect(x.sum().item()).toBe(0);
    });
  });

  test('is left empty by an out variant', () => {
    torch.tidy(() => {
      const out = torch.ones([3]);
      expect(() => torch.zeros(absurd, { out })).toThrow(/memory/);
      expect(out.shape).toEqual([0]);
    });
  });

  test('a size that is negative beside one of 0 is refused', () => {
    torch.tidy(() => {
      expect(() => ones([1]).expand([3, 0, -2])).toThrow(/a size must not be negative/);
    });
  });

  test('an out variant that reads the tensor it reshapes gets it right', () => {
    torch.tidy(() => {
      const x = torch.tensor([1, 2, 3]);
      torch.outer(x, x, { out: x });
      expect(x.tolist()).toEqual([
        [1, 2, 3],
        [2, 4, 6],
        [3, 6, 9],
      ]);
    });
  });
});
