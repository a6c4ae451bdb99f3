// Initialisers: values of torch 2.15 for a seed, gains, fans, and no trace in autograd.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { init, Parameter } from '../../src/nn/index.js';
import { expectClose, valuesOf } from '../support/tensors.js';

// for f in [...]: torch.manual_seed(7); w = torch.empty(2, 3, 2, 2)
//   kw = dict(mode='fan_out', nonlinearity='relu') if 'kaiming' in f else {}
//   getattr(nn.init, f)(w, **kw); print(w.flatten()[:5].tolist())
const options = { mode: 'fan_out', nonlinearity: 'relu' } as const;
const FILLED: [string, (w: Tensor) => Tensor, number[]][] = [
  [
    'xavier_uniform_',
    (w) => init.xavier_uniform_(w),
    [
      0.0382557287812233, -0.32994458079338074, 0.17440767586231232, 0.17186468839645386,
      -0.29274505376815796,
    ],
  ],
  [
    'xavier_normal_',
    (w) => init.xavier_normal_(w),
    [
      -0.2593493163585663, 0.12510955333709717, 0.2842598259449005, -0.43905186653137207,
      -0.05280877649784088,
    ],
  ],
  [
    'kaiming_uniform_',
    (w) => init.kaiming_uniform_(w, options),
    [
      0.06048761308193207, -0.5216881632804871, 0.27576273679733276, 0.27174192667007446,
      -0.4628705382347107,
    ],
  ],
  [
    'kaiming_normal_',
    (w) => init.kaiming_normal_(w, options),
    [
      -0.41006726026535034, 0.19781558215618134, 0.44945424795150757, -0.6942019462585449,
      -0.08349800854921341,
    ],
  ],
  [
    'uniform_',
    (w) => init.uniform_(w),
    [
      0.5349225401878357, 0.19880318641662598, 0.6592116951942444, 0.6568902730941772,
      0.23276156187057495,
    ],
  ],
  [
    'normal_',
    (w) => init.normal_(w),
    [
      -0.8201345205307007, 0.39563116431236267, 0.8989084959030151, -1.3884038925170898,
      -0.16699601709842682,
    ],
  ],
];

describe('seeded draws', () => {
  test.each(FILLED)('%s', (_name, fill, expected) => {
    torch.tidy(() => {
      torch.manual_seed(7);
      using weight = new Parameter(torch.empty([2, 3, 2, 2]));
      expect(fill(weight)).toBe(weight);
      // Not to the last bit: how draws are scaled depends on the processor's instructions.
      expectClose(weight.flatten().narrow(0, 0, 5), expected, 2e-7);
      expect([weight.is_leaf, weight.requires_grad]).toEqual([true, true]);
    });
  });

  test("from a generator of one's own the default one is not touched", () => {
    torch.tidy(() => {
      const generator = new torch.Generator();
      generator.manual_seed(7);
      torch.manual_seed(1);
      const expected = torch.rand([1]).item();
      torch.manual_seed(1);
      const drawn = init.uniform_(torch.empty([24]), 0, 1, { generator });
      expect(valuesOf(drawn)[0]).toBeCloseTo(0.5349225401878357, 6);
      expect(torch.rand([1]).item()).toBe(expected);
    });
  });
});

test('constants', () => {
  torch.tidy(() => {
    const x = torch.empty([2]);
    expect(valuesOf(init.constant_(x, 0.5))).toEqual([0.5, 0.5]);
    expect(valuesOf(init.ones_(x))).toEqual([1, 1]);
    expect(valuesOf(init.zeros_(x))).toEqual([0, 0]);
  });
});

test('gains are the documented ones', () => {
  const gains = (['linear', 'conv2d', 'sigmoid', 'tanh', 'relu', 'selu'] as const).map((name) =>
    init.calculate_gain(name),
  );
  expect(gains).toEqual([1, 1, 1, 5 / 3, Math.SQRT2, 3 / 4]);
  expect(init.calculate_gain('leaky_relu')).toBe(Math.sqrt(2 / (1 + 0.01 ** 2)));
  expect(init.calculate_gain('leaky_relu', 2)).toBe(Math.sqrt(2 / 5));
  expect(() => init.calculate_gain('swish' as 'relu')).toThrow('unsupported nonlinearity swish');
});

test('fans count the receptive field', () => {
  torch.tidy(() => {
    const fans = (...shape: number[]): number[] =>
      init.calculate_fan_in_and_fan_out(torch.empty(shape));
    expect(fans(5, 3)).toEqual([3, 5]);
    expect(fans(8, 2, 3, 5)).toEqual([30, 120]);
    expect(() => fans(4)).toThrow(/fewer than 2 dimensions, got shape \[4\]/);
  });
});

test('a weight without elements is left alone, a wrong mode is refused', () => {
  torch.tidy(() => {
    const empty = torch.empty([0, 3]);
    expect(init.kaiming_uniform_(empty)).toBe(empty);
    expect(() =>
      init.kaiming_normal_(torch.empty([2, 2]), { mode: 'fan_mid' as 'fan_in' }),
    ).toThrow("mode must be 'fan_in' or 'fan_out', got fan_mid");
  });
});
