// Who frees what: scopes, keep, dispose, and that nothing is left behind.
import { beforeEach, describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { collectGarbageUntil, liveHeap } from '../support/memory.js';

let before: { tensors: number; bytes: number };
beforeEach(() => {
  const { tensors, bytes } = torch.memory();
  before = { tensors, bytes };
});

const live = () => torch.memory().tensors - before.tensors;

describe('tidy', () => {
  test('frees everything but its result', () => {
    const result = torch.tidy(() => torch.ones([4]).add(1).mul(2));
    expect(live()).toBe(1);
    expect(result.tolist()).toEqual([4, 4, 4, 4]);
    result.dispose();
    expect(torch.memory()).toMatchObject(before);
  });

  test('results in arrays, objects, Maps and Sets survive', () => {
    const made = torch.tidy(() => ({
      list: [torch.ones([1]), [torch.ones([1])]],
      map: new Map([['a', torch.ones([1])]]),
      set: new Set([torch.ones([1])]),
      other: 1,
      none: null,
    }));
    expect(live()).toBe(4);
    torch.dispose(made);
    expect(live()).toBe(0);
  });

  test('a result belongs to the outer scope', () => {
    let inner: torch.Tensor | undefined;
    torch.tidy(() => {
      inner = torch.tidy(() => torch.ones([2]).add(1));
      expect(live()).toBe(1);
      expect(inner.tolist()).toEqual([2, 2]);
    });
    expect(inner?.disposed).toBe(true);
    expect(live()).toBe(0);
  });

  test('what is kept outlives all scopes', () => {
    const kept = torch.tidy(() => {
      const inside = torch.tidy(() => torch.keep(torch.ones([1])));
      torch.ones([1]);
      return inside.shape;
    });
    expect(kept).toEqual([1]);
    expect(live()).toBe(1);
  });

  test('a scope that throws frees all and leaves the outer scope open', () => {
    torch.tidy(() => {
      expect(() =>
        torch.tidy(() => {
          torch.ones([1]);
          throw new Error('on purpose');
        }),
      ).toThrow('on purpose');
      expect(live()).toBe(0);
      torch.ones([1]);
    });
    expect(live()).toBe(0);
  });

  test('an asynchronous function is refused in words', () => {
    expect(() => torch.tidy(async () => torch.ones([1]))).toThrow(
      'tidy: fn must not be asynchronous',
    );
    expect(live()).toBe(0);
  });
});

describe('dispose', () => {
  test('a long loop that frees as it goes leaves nothing behind in its scope', () => {
    const x = torch.ones([1]);
    const grown = torch.tidy(() => {
      const heap = liveHeap();
      for (let i = 0; i < 100_000; i++) x.relu().dispose();
      return liveHeap() - heap;
    });
    expect(grown).toBeLessThan(1e6); // 10 bytes a turn; a tensor's object has more
    x.dispose();
  });

  test('use after it says so, and twice is fine', () => {
    const tensor = torch.ones([2]);
    const method = () => tensor.add(1);
    tensor.dispose();
    tensor.dispose();
    expect(tensor.disposed).toBe(true);
    for (const use of [
      method,
      () => tensor.shape,
      () => tensor.tolist(),
      () => tensor.backward(),
    ]) {
      expect(use).toThrow('a tensor was used after it was disposed');
    }
    expect(live()).toBe(0);
  });

  test('`using` frees at the end of the block', () => {
    {
      using tensor = torch.ones([2]);
      expect(tensor.disposed).toBe(false);
      expect(live()).toBe(1);
    }
    expect(live()).toBe(0);
  });

  test('a forged or old handle is recognised, though its slot lives again', () => {
    const first = torch.ones([1]);
    const handle = first._handle;
    first.dispose();
    const second = torch.ones([1]);
    const forged = new torch.Tensor(handle);
    expect(() => forged.add(1)).toThrow(/was used after it was disposed/);
    forged._release();
    for (const wrong of [1, -5, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
      const made = new torch.Tensor(wrong);
      expect(() => made.shape).toThrow(/was used after it was disposed/);
      made._release();
    }
    second.dispose();
  });

  test('a tensor made from a tensor takes it over', () => {
    const source = torch.ones([2]);
    const taken = new torch.Tensor(source);
    expect(source.disposed).toBe(true);
    expect(taken.tolist()).toEqual([1, 1]);
    taken.dispose();
    expect(live()).toBe(0);
  });
});

describe('memory', () => {
  test('counts a storage once, however many handles share it', () => {
    torch.tidy(() => {
      const whole = torch.zeros([100]);
      whole.view([10, 10]);
      whole.narrow(0, 0, 5);
      expect(live()).toBe(3);
      expect(torch.memory().bytes - before.bytes).toBe(400);
    });
    expect(torch.memory()).toMatchObject(before);
  });

  test('counts what LibTorch holds beside handles, and its peak', () => {
    const x = torch.zeros([1000], { requires_grad: true });
    const start = torch.memory();
    torch.reset_peak_memory();
    const y = torch.tidy(() => x.exp().exp().exp());
    const held = torch.memory();
    // exp saves its result: three of 4,000 bytes are held, of which one has a handle.
    expect(held.bytes - start.bytes).toBe(4000);
    expect(held.allocated - start.allocated).toBeGreaterThanOrEqual(12_000);
    expect(held.allocated - start.allocated).toBeLessThan(12_500);
    y.dispose();
    const end = torch.memory();
    expect(end.allocated).toBe(start.allocated);
    expect(end.peak - start.allocated).toBeGreaterThanOrEqual(12_000);
    torch.reset_peak_memory();
    expect(torch.memory().peak).toBe(end.allocated);
    x.dispose();
  });

  test('500 training steps leave nothing behind', () => {
    const w = torch.randn([8, 8], { requires_grad: true });
    const x = torch.randn([4, 8]);
    const step = () =>
      torch.tidy(() => {
        x.matmul(w).relu().sum().backward();
        torch.no_grad(() => {
          w.sub_(w.grad as torch.Tensor, { alpha: 0.01 });
        });
        w.grad = null;
      });
    step();
    const { peak: _, ...start } = torch.memory();
    for (let i = 0; i < 500; i++) step();
    expect(torch.memory()).toMatchObject(start);
    torch.dispose(w, x);
  });

  test('outside scopes the garbage collector is the backstop', async () => {
    // Far more bytes than what other tests left behind, which goes too.
    const start = torch.memory().bytes;
    for (let i = 0; i < 50; i++) torch.ones([1 << 18]);
    expect(torch.memory().bytes - start).toBe(50 << 20);
    await collectGarbageUntil(() => torch.memory().bytes - start < 1 << 20);
    expect(torch.memory().bytes - start).toBeLessThan(1 << 20);
  });
});

test.each([
  ['tidy', torch.tidy],
  ['no_grad', torch.no_grad],
  ['enable_grad', torch.enable_grad],
  ['inference_mode', torch.inference_mode],
  ['detect_anomaly', torch.autograd.detect_anomaly],
])('%s wants a function', (name, run) => {
  expect(() => run(1 as unknown as () => void)).toThrow(
    new TypeError(`${name}: fn must be a function, but got 1`),
  );
});
