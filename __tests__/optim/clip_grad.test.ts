// clip_grad_norm_ against torch 2.15 and by hand.
import { expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { clip_grad_norm_ } from '../../src/optim/index.js';
import { valuesOf } from '../support/tensors.js';

function withGradients(...gradients: (number[] | null)[]): Tensor[] {
  return gradients.map((gradient) => {
    const parameter = torch.zeros([gradient?.length ?? 1], { requires_grad: true });
    if (gradient) parameter.grad = torch.tensor(gradient);
    return parameter;
  });
}

const gradientsOf = (params: Tensor[]) => params.map(({ grad }) => grad && valuesOf(grad));

// p[0].grad = torch.tensor([3., -4.]); p[1].grad = torch.tensor([1., 2., -12.])
// nn.utils.clip_grad_norm_(p, 5.0)
test('scales all gradients by one factor, and tells the norm before', () => {
  torch.tidy(() => {
    const params = withGradients([3, -4], null, [1, 2, -12]);
    const norm = clip_grad_norm_(params, 5);
    expect(norm.item()).toBe(13.190905570983887);
    expect(norm.requires_grad).toBe(false);
    expect(gradientsOf(params)).toEqual([
      [1.1371469497680664, -1.5161960124969482],
      null,
      [0.37904900312423706, 0.7580980062484741, -4.548587799072266],
    ]);
  });
});

test('a norm within the bound changes nothing', () => {
  torch.tidy(() => {
    const params = withGradients([3, -4]);
    expect(clip_grad_norm_(params, 5.01).item()).toBe(5);
    expect(gradientsOf(params)).toEqual([[3, -4]]);
  });
});

test('without gradients the norm is 0; a bound that is none is refused', () => {
  torch.tidy(() => {
    expect(clip_grad_norm_(withGradients(null), 5).item()).toBe(0);
    expect(() => clip_grad_norm_([], -1)).toThrow('max_norm must be at least 0, got -1');
    expect(() => clip_grad_norm_([], Number.NaN)).toThrow('got NaN');
  });
});

test('only the norm is left behind', () => {
  torch.tidy(() => {
    const params = withGradients([3, -4], [1]);
    clip_grad_norm_(params, 1);
    const { tensors } = torch.memory();
    clip_grad_norm_(params, 1);
    expect(torch.memory().tensors).toBe(tensors + 1);
  });
});

// A tensor on the meta device has no value to wait for: reading one there is an error.
test('reads no value', () => {
  torch.tidy(() => {
    const parameter = torch.zeros([3], { device: 'meta', requires_grad: true });
    parameter.grad = torch.ones_like(parameter);
    expect(clip_grad_norm_([parameter], 1).device).toBe('meta');
  });
});
