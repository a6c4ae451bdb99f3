// Gradients against closed forms, and PyTorch's errors.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';

describe('backward', () => {
  test('the gradient of sum(x^3) is 3 x^2, and accumulates', () => {
    const x = torch.tensor([1, 2, -3], { requires_grad: true });
    expect(x.grad).toBeNull();
    x.pow(3).sum().backward();
    expect(x.grad?.tolist()).toEqual([3, 12, 27]);
    x.pow(3).sum().backward();
    expect(x.grad?.tolist()).toEqual([6, 24, 54]);
    x.grad = null;
    expect(x.grad).toBeNull();
  });

  test('a leaf that was used, then changed in place, has the gradient of its new shape', () => {
    const x = torch.tensor([[1, 2, 3]], { requires_grad: true });
    torch.tidy(() => x.mul(2).sum().backward());
    x.grad = null;
    torch.no_grad(() => x.t_());
    x.mul(torch.tensor([[3, 4]]))
      .sum()
      .backward();
    expect((x.grad as torch.Tensor | null)?.tolist()).toEqual([[7], [7], [7]]);
    x.requires_grad_(false);
    expect(x.mul(2).requires_grad).toBe(false);
  });

  test('a gradient given stands for that of the output', () => {
    const x = torch.tensor([1, 2], { requires_grad: true });
    x.mul(x).backward(torch.tensor([1, 10]));
    expect(x.grad?.tolist()).toEqual([2, 40]);
  });

  test("retain_graph allows a second pass; without it PyTorch's error comes", () => {
    const x = torch.tensor([2], { requires_grad: true });
    const y = x.mul(x).sum();
    y.backward(null, { retain_graph: true });
    y.backward();
    expect(x.grad?.tolist()).toEqual([8]);
    expect(() => y.backward()).toThrow(/Trying to backward through the graph a second time/);
  });

  test('inputs restrict where gradients go', () => {
    const a = torch.tensor([2], { requires_grad: true });
    const b = torch.tensor([3], { requires_grad: true });
    a.mul(b).backward(null, { inputs: [a] });
    expect(a.grad?.tolist()).toEqual([3]);
    expect(b.grad).toBeNull();
  });

  test('grad takes a tensor or null', () => {
    const x = torch.tensor([1, 2, 3], { requires_grad: true });
    expect(() => Object.assign(x, { grad: 5 })).toThrow('grad must be a tensor or null, but got 5');
    x.dispose();
  });

  test('what PyTorch refuses is refused', () => {
    const x = torch.tensor([1, 2], { requires_grad: true });
    expect(() => x.mul(2).backward()).toThrow(
      /grad can be implicitly created only for scalar outputs/,
    );
    expect(() => torch.tensor([1]).sum().backward()).toThrow(/does not require grad/);
    expect(() => x.add_(1)).toThrow(
      /a leaf Variable that requires grad is being used in an in-place/,
    );
    expect(() => {
      x.grad = torch.zeros([3]);
    }).toThrow('grad must have the shape, dtype and device of its tensor');
  });
});

describe('grad', () => {
  test('create_graph gives second derivatives: d2(x^4) = 12 x^2', () => {
    const x = torch.tensor([2, -1], { requires_grad: true, dtype: 'float64' });
    const [first] = torch.autograd.grad(x.pow(4).sum(), x, { create_graph: true });
    expect(first?.tolist()).toEqual([32, -4]);
    const [second] = torch.autograd.grad((first as torch.Tensor).sum(), [x]);
    expect(second?.tolist()).toEqual([48, 12]);
    expect(x.grad).toBeNull();
  });

  test('an unused input is an error, or null where allowed', () => {
    const x = torch.tensor([1], { requires_grad: true });
    const unused = torch.tensor([1], { requires_grad: true });
    expect(() => torch.autograd.grad(x.mul(2), [x, unused])).toThrow(
      /not have been used in the graph/,
    );
    const [gx, gu] = torch.autograd.grad(x.mul(2), [x, unused], { allow_unused: true });
    expect(gx?.tolist()).toEqual([2]);
    expect(gu).toBeNull();
  });

  test('conv2d against finite differences in float64', () => {
    torch.manual_seed(0);
    const options = { dtype: 'float64', requires_grad: true } as const;
    const x = torch.randn([2, 3, 5, 5], options);
    const w = torch.randn([4, 3, 3, 3], options);
    const f = () => torch.conv2d(x, w, null, { stride: 2, padding: 1 }).square().sum();
    const [gx, gw] = torch.autograd.grad(f(), [x, w]);
    const h = 1e-6;
    for (const [tensor, gradient] of [
      [x, gx],
      [w, gw],
    ] as const) {
      const flat = tensor.detach().view([-1]);
      const expected = (gradient as torch.Tensor).view([-1]);
      for (const index of [0, 7, flat.numel() - 1]) {
        const element = flat.narrow(0, index, 1);
        element.add_(h);
        const above = f().item() as number;
        element.sub_(2 * h);
        const below = f().item() as number;
        element.add_(h);
        const difference = (above - below) / (2 * h);
        expect(difference).toBeCloseTo(expected.narrow(0, index, 1).item() as number, 5);
      }
    }
  });
});

describe('gradient mode', () => {
  test('no_grad records nothing, enable_grad within it does, and a throw restores', () => {
    const x = torch.tensor([1], { requires_grad: true });
    expect(torch.no_grad(() => x.mul(2)).requires_grad).toBe(false);
    expect(torch.no_grad(() => torch.enable_grad(() => x.mul(2))).requires_grad).toBe(true);
    expect(() =>
      torch.no_grad(() => {
        throw new Error('on purpose');
      }),
    ).toThrow('on purpose');
    expect(torch.is_grad_enabled()).toBe(true);
  });

  test('detach shares memory and cuts the graph', () => {
    const x = torch.tensor([1, 2], { requires_grad: true });
    const cut = x.detach();
    expect([cut.requires_grad, cut.is_leaf, x.mul(2).is_leaf]).toEqual([false, true, false]);
    cut.fill_(5);
    expect(x.tolist()).toEqual([5, 5]);
  });
});

describe('modes', () => {
  test('inference_mode gives tensors that autograd refuses to save', () => {
    const x = torch.tensor([1, 2], { requires_grad: true });
    const made = torch.inference_mode(() => x.mul(2));
    expect(made.requires_grad).toBe(false);
    expect(() => made.mul(x)).toThrow(/Inference tensors cannot be saved for backward/);
    expect(() =>
      torch.inference_mode(() => {
        throw new RangeError('on purpose');
      }),
    ).toThrow(RangeError);
    expect(x.mul(2).requires_grad).toBe(true);
  });

  test('anomaly detection turns a NaN gradient into an error, and off again', () => {
    const nan = () => torch.tensor([-1], { requires_grad: true }).sqrt().sum().backward();
    expect(nan).not.toThrow();
    torch.autograd.set_detect_anomaly(true, true);
    torch.autograd.set_detect_anomaly(false);
    expect(nan).not.toThrow();
  });
});
