// Random streams: those of PyTorch, seed for seed. Expected values: Python, torch 2.15.0, CPU.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';

describe('manual_seed', () => {
  test('gives the numbers that Python gives', () => {
    torch.manual_seed(2);
    expect(torch.randn([2, 3]).tolist()).toEqual(EXPECTED_RANDN);
    torch.manual_seed(2);
    expect(torch.rand([3]).tolist()).toEqual(EXPECTED_RAND);
    torch.manual_seed(2);
    expect(torch.randperm(8).tolist()).toEqual(EXPECTED_RANDPERM);
    torch.manual_seed(2n ** 64n - 1n);
    expect(torch.randint(1000, [4]).tolist()).toEqual(EXPECTED_RANDINT);
  });

  test('negative seeds are the same bits, as in PyTorch', () => {
    torch.manual_seed(-1);
    const negative = torch.rand([2]).tolist();
    torch.manual_seed(2n ** 64n - 1n);
    expect(torch.rand([2]).tolist()).toEqual(negative);
  });

  test.each([1.5, Number.NaN, '2', 2n ** 64n, 2 ** 60])('refuses the seed %p', (seed) => {
    expect(() => torch.manual_seed(seed as number)).toThrow(
      'manual_seed: seed must be a whole number in [-2^63, 2^64)',
    );
  });
});

describe('Generator', () => {
  test('is a stream of its own', () => {
    torch.manual_seed(2);
    const generator = new torch.Generator().manual_seed(2);
    expect(generator.initial_seed()).toBe(2n);
    const own = torch.rand([3], { generator }).tolist();
    expect(own).toEqual(EXPECTED_RAND);
    expect(torch.rand([3]).tolist()).toEqual(own);
  });

  test('its state can be saved and restored', () => {
    const generator = new torch.Generator().manual_seed(5);
    torch.rand([3], { generator });
    const state = generator.get_state();
    expect([state.dtype, state.shape]).toEqual(['uint8', [5056]]);
    const first = torch.randn([4], { generator }).tolist();
    generator.set_state(state);
    expect(torch.randn([4], { generator }).tolist()).toEqual(first);
    expect(() => generator.set_state(torch.zeros([3]))).toThrow(/Generator.set_state: /);
  });

  test('the default generator is the one that manual_seed seeds', () => {
    torch.manual_seed(11);
    expect(torch.default_generator.initial_seed()).toBe(11n);
    const state = torch.default_generator.get_state();
    const first = torch.rand([2]).tolist();
    torch.default_generator.set_state(state);
    expect(torch.rand([2]).tolist()).toEqual(first);
  });
});

describe('fork_rng', () => {
  const stream = () => {
    torch.manual_seed(2);
    return torch.random.fork_rng;
  };

  test('leaves the stream as it was, whatever is drawn or seeded inside', () => {
    const drawn = stream()(() => {
      const first = torch.rand([3]).tolist();
      torch.manual_seed(99);
      torch.rand([100]);
      return first;
    });
    expect(drawn).toEqual(EXPECTED_RAND);
    expect(torch.rand([3]).tolist()).toEqual(EXPECTED_RAND);
    expect(torch.default_generator.initial_seed()).toBe(2n);
  });

  test('also where something throws, and inside itself', () => {
    const fork_rng = stream();
    const inner = () => {
      torch.rand([1]);
      fork_rng(() => torch.rand([7]));
      throw new RangeError('on purpose');
    };
    expect(() => fork_rng(inner)).toThrow('on purpose');
    expect(torch.rand([3]).tolist()).toEqual(EXPECTED_RAND);
  });

  test('gives the results of its function on, and keeps nothing else', () => {
    torch.tidy(() => {
      const before = torch.memory();
      const made = torch.random.fork_rng(() => torch.rand([3]));
      expect(made.shape).toEqual([3]);
      made.dispose();
      expect(torch.memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
    });
  });

  test('refuses what is no function, and a promise, having restored the stream', () => {
    const fork_rng = stream();
    expect(() => fork_rng(3 as never)).toThrow('fork_rng: fn must be a function, but got 3');
    const later = async () => torch.rand([1]).dispose();
    expect(() => fork_rng(later)).toThrow('fork_rng: fn must not be asynchronous');
    expect(torch.rand([3]).tolist()).toEqual(EXPECTED_RAND);
  });
});

const EXPECTED_RANDN = [
  [0.39229682087898254, -0.223564013838768, -0.31950026750564575],
  [-1.2050371170043945, 1.0444635152816772, -0.6332277059555054],
];
const EXPECTED_RAND = [0.6146950721740723, 0.38101285696029663, 0.6371143460273743];
const EXPECTED_RANDPERM = [0n, 4n, 7n, 2n, 6n, 5n, 1n, 3n];
const EXPECTED_RANDINT = [371n, 978n, 476n, 639n];

test('the state of the default generator can be kept and set', () => {
  torch.tidy(() => {
    torch.manual_seed(9);
    const state = torch.get_rng_state();
    const expected = torch.randn([4]).tolist();
    torch.set_rng_state(state);
    expect(torch.randn([4]).tolist()).toEqual(expected);
  });
});
