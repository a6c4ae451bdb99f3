// load_state_dict: messages of torch 2.15, all or nothing.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { valuesOf } from '../support/tensors.js';
import { Net } from './net.js';

describe('load_state_dict', () => {
  // The messages of torch 2.15:
  //   sd = net.state_dict(); sd['fc.weight'] = torch.zeros(3, 2); del sd['conv.weight'], sd['bn.running_var']
  //   sd['extra'] = sd['fc.other'] = torch.zeros(1); net.load_state_dict(sd)
  test('names every fault at once and changes nothing', () => {
    torch.tidy(() => {
      using net = new Net();
      const state = new Map(net.state_dict());
      const before = valuesOf(net.fc.bias as Tensor);
      state.set('fc.bias', torch.full([2], 9));
      state.set('fc.weight', torch.zeros([3, 2]));
      state.delete('conv.weight');
      state.delete('bn.running_var');
      state.set('extra', torch.zeros([1]));
      state.set('fc.other', torch.zeros([1]));
      expect(() => net.load_state_dict(state)).toThrow(
        expect.objectContaining({
          code: 'ERR_STATE_DICT',
          message:
            'Error(s) in loading state_dict for Net:\n\tMissing key(s) in state_dict: "conv.weight", "bn.running_var". \n\tUnexpected key(s) in state_dict: "extra", "fc.other". \n\tsize mismatch for fc.weight: copying a param with shape torch.Size([3, 2]) from checkpoint, the shape in current model is torch.Size([2, 2]).',
        }),
      );
      expect(valuesOf(net.fc.bias as Tensor)).toEqual(before);
    });
  });

  test('says so when a value is no tensor', () => {
    using net = new Net();
    const state = { ...Object.fromEntries(net.state_dict()), 'fc.bias': 3 as unknown as Tensor };
    expect(() => net.load_state_dict(state)).toThrow(
      'Error(s) in loading state_dict for Net:\n\tWhile copying the parameter named "fc.bias", expected torch.Tensor or Tensor-like object from checkpoint but received number',
    );
  });

  test('without strict it copies what fits and tells the rest; sizes must agree all the same', () => {
    torch.tidy(() => {
      using net = new Net();
      const keys = net.load_state_dict(
        { 'fc.bias': torch.tensor([1, 2], { dtype: 'float64' }), extra: torch.zeros([1]) },
        { strict: false },
      );
      expect(keys.unexpected_keys).toEqual(['extra']);
      expect(keys.missing_keys).toHaveLength(7);
      expect(net.fc.bias?.dtype).toBe('float32');
      expect(valuesOf(net.fc.bias as Tensor)).toEqual([1, 2]);
      expect(() => net.load_state_dict({ 'fc.bias': torch.zeros([3]) }, { strict: false })).toThrow(
        'size mismatch for fc.bias',
      );
    });
  });

  test("a network takes over another one's function, statistics included", () => {
    torch.tidy(() => {
      using source = new Net();
      using target = new Net();
      const x = torch.randn([4, 3, 2, 2]);
      source.call(x);
      const keys = target.load_state_dict(source.state_dict());
      expect(keys).toEqual({ missing_keys: [], unexpected_keys: [] });
      expect(valuesOf(target.bn.num_batches_tracked as Tensor)).toEqual([1]);
      expect(valuesOf(target.eval().call(x))).toEqual(valuesOf(source.eval().call(x)));
      expect(target.fc.weight.requires_grad).toBe(true);
    });
  });
});
