// Memory between JavaScript and tensors: what is copied, what is shared, and that nothing shared is ever gone.

import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { collectGarbage, collectGarbageUntil } from '../support/memory.js';
import { valuesOf } from '../support/tensors.js';

/** An array's own buffer, of this realm's or another's class. */
const bufferOf = (array: torch.TypedArray) => array.buffer as ArrayBuffer;

function transfer(array: torch.TypedArray): unknown {
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(array, [bufferOf(array)]);
    return receiveMessageOnPort(port2)?.message;
  } finally {
    port1.close();
    port2.close();
  }
}

describe('in', () => {
  test('an array is copied', () => {
    const array = new Float32Array([1, 2, 3]);
    const made = torch.tensor(array);
    array.fill(0);
    expect(made.tolist()).toEqual([1, 2, 3]);
    transfer(array);
    expect(made.tolist()).toEqual([1, 2, 3]);
  });

  test('a view into a larger buffer gives its own part alone', () => {
    const whole = new Float32Array([1, 2, 3, 4]);
    expect(torch.tensor(whole.subarray(1, 3)).tolist()).toEqual([2, 3]);
    const unaligned = new Uint8Array(new Uint8Array([9, 1, 2]).buffer, 1);
    expect(valuesOf(torch.tensor(unaligned))).toEqual([1, 2]);
  });

  test('an array over a SharedArrayBuffer is copied too', () => {
    const shared = new Int32Array(new SharedArrayBuffer(8));
    const made = torch.tensor(shared);
    shared[0] = 5;
    expect(made.tolist()).toEqual([0, 0]);
  });

  test('a transferred or shrunk buffer is refused, an empty one is not', () => {
    const array = new Float32Array([1, 2, 3]);
    transfer(array);
    expect(() => torch.tensor(array)).toThrow(
      "tensor: data's buffer was transferred or shrunk: it has no elements",
    );
    const buffer = new (
      ArrayBuffer as unknown as new (
        size: number,
        options: { maxByteLength: number },
      ) => ArrayBuffer & { resize(size: number): void }
    )(16, { maxByteLength: 32 });
    const tail = new Float32Array(buffer, 8);
    expect(torch.tensor(tail).shape).toEqual([2]);
    buffer.resize(32);
    expect(torch.tensor(tail).shape).toEqual([6]);
    buffer.resize(4);
    expect(() => torch.tensor(tail)).toThrow('transferred or shrunk');
    expect(torch.tensor(new Float32Array(0)).shape).toEqual([0]);
  });

  test('an array that lies about itself is refused', () => {
    const array = new Float32Array(2);
    Object.defineProperty(array, 'length', { value: 1000 });
    expect(() => torch.tensor(array)).toThrow('the array has 8 bytes, but the tensor 4000');
  });
});

describe('out', () => {
  test('toTypedArray is a copy that can go to another thread', () => {
    const x = torch.tensor([1, 2]);
    const out = x.toTypedArray() as Float32Array;
    out[0] = 9;
    expect(x.tolist()).toEqual([1, 2]);
    expect(bufferOf(out).byteLength).toBe(8);
    expect(transfer(out)).toEqual(new Float32Array([9, 2]));
    expect(out).toHaveLength(0);
  });

  test('beyond 4 GiB there is none', () => {
    const large = torch.empty([2 ** 32 + 8], { dtype: 'uint8' });
    expect(() => large.typedArrayView()).toThrow(
      /of at most 4 GiB, but the tensor is of 4294967304/,
    );
    large.dispose();
  });

  test('typedArrayView shows the elements themselves', () => {
    const x = torch.tensor([1, 2, 3, 4], { shape: [2, 2] });
    const view = x.typedArrayView() as Float32Array;
    x.mul_(10);
    expect(Array.from(view)).toEqual([10, 20, 30, 40]);
    view[3] = -1;
    expect(x.tolist()).toEqual([
      [10, 20],
      [30, -1],
    ]);
    const row = x.select(0, 1).typedArrayView();
    row[0] = 7;
    expect(view[2]).toBe(7);
    expect(torch.tensor([1n]).typedArrayView()).toEqual(new BigInt64Array([1n]));
    expect(valuesOf(torch.tensor([true, false]))).toEqual([1, 0]);
    expect(torch.zeros([0, 2]).typedArrayView()).toHaveLength(0);
    expect(torch.tensor([{ re: 1, im: 2 }]).typedArrayView()).toEqual(new Float32Array([1, 2]));
  });

  test('the view outlives the tensor', async () => {
    const bytes = 1 << 20;
    const views: torch.TypedArray[] = [];
    for (let i = 0; i < 8; i++) {
      torch.tidy(() => {
        const x = torch.full([bytes / 4], i);
        views.push(x.typedArrayView(), x.index('100:').typedArrayView());
      });
    }
    await collectGarbage();
    // Memory that was freed by mistake would be taken by these.
    const others = Array.from({ length: 16 }, () => torch.full([bytes / 4], -1));
    for (const [i, view] of views.entries()) {
      expect(new Set(view as Float32Array)).toEqual(new Set([Math.floor(i / 2)]));
    }
    torch.dispose(others);
  });

  test('its memory is freed when the view and the tensor are gone', async () => {
    await collectGarbage();
    const before = torch.memory().allocated;
    for (let i = 0; i < 4; i++) torch.tidy(() => torch.zeros([1 << 20]).typedArrayView());
    expect(torch.memory().allocated - before).toBeGreaterThanOrEqual(4 << 22);
    await collectGarbageUntil(() => torch.memory().allocated - before < 1 << 22);
    expect(torch.memory().allocated - before).toBeLessThan(1 << 22);
  });

  test('transfer, structuredClone and resizing leave it whole', () => {
    const x = torch.tensor([1, 2, 3]);
    const view = x.typedArrayView();
    const again = x.typedArrayView();
    // Later versions of Node.js refuse the transfer, earlier ones copy.
    for (const send of [
      () => transfer(view),
      () => structuredClone(view, { transfer: [bufferOf(view)] }),
    ]) {
      try {
        send();
      } catch (error) {
        expect((error as Error).name).toBe('DataCloneError');
      }
      expect(Array.from(again as Float32Array)).toEqual([1, 2, 3]);
      expect(x.tolist()).toEqual([1, 2, 3]);
    }
    const detachable = bufferOf(view) as ArrayBuffer & { transfer?(): ArrayBuffer };
    detachable.transfer?.();
    x.resize_([1000]).fill_(5);
    expect(Array.from(again as Float32Array)).toEqual([1, 2, 3]);
    const y = torch.tensor([4, 5]);
    const last = y.typedArrayView();
    y.set_(torch.zeros([2]));
    expect(Array.from(last as Float32Array)).toEqual([4, 5]);
  });

  test('what cannot be shown as it lies is refused', () => {
    const x = torch.ones([2, 3]);
    expect(() => x.t().typedArrayView()).toThrow(
      "typedArrayView: the elements do not lie in the CPU's memory one after the other",
    );
    expect(() => torch.zeros([2], { device: 'meta' }).typedArrayView()).toThrow('do not lie');
    expect(() => torch.eye(2).to_sparse().typedArrayView()).toThrow('do not lie');
    expect(() => x.half().typedArrayView()).toThrow(
      'no array shows float16 as it lies; toTypedArray() gives a copy',
    );
    const leaf = torch.ones([2], { requires_grad: true });
    expect(() => leaf.typedArrayView()).toThrow('take detach().typedArrayView()');
    const view = leaf.detach().typedArrayView();
    view[0] = 5;
    expect(leaf.tolist()).toEqual([5, 1]);
  });
});

describe('frombuffer', () => {
  test('the tensor lies in the SharedArrayBuffer', () => {
    const buffer = new SharedArrayBuffer(16);
    const made = torch.frombuffer(buffer, { dtype: 'float32' });
    const array = new Float32Array(buffer);
    array[1] = 5;
    expect(made.tolist()).toEqual([0, 5, 0, 0]);
    made.view([2, 2]).select(0, 1).fill_(7);
    expect(Array.from(array)).toEqual([0, 5, 7, 7]);
    made.typedArrayView()[0] = 1;
    expect(array[0]).toBe(1);
    made.resize_([100]).fill_(9);
    expect(Array.from(array)).toEqual([1, 5, 7, 7]);
  });

  test('any dtype, a part of the buffer, and gradients', () => {
    const buffer = new SharedArrayBuffer(20);
    new Uint16Array(buffer).fill(0x3f80);
    const halves = torch.frombuffer(buffer, { dtype: 'bfloat16', offset: 4, count: 3 });
    expect(halves.tolist()).toEqual([1, 1, 1]);
    expect(torch.frombuffer(buffer, { dtype: 'int64' }).shape).toEqual([2]);
    expect(torch.frombuffer(buffer, { dtype: 'int32', count: 0 }).shape).toEqual([0]);
    expect(torch.frombuffer(buffer, { dtype: 'uint8', offset: 20 }).shape).toEqual([0]);
    const leaf = torch.frombuffer(buffer, { dtype: 'bfloat16', requires_grad: true });
    leaf.mul(2).sum().backward();
    expect(leaf.grad?.tolist()).toEqual(new Array(10).fill(2));
  });

  test('other threads see what the tensor does', async () => {
    const buffer = new SharedArrayBuffer(8);
    const made = torch.frombuffer(buffer, { dtype: 'float32' });
    const code = `require('node:worker_threads').workerData[1] = 42;`;
    const worker = new Worker(code, { eval: true, workerData: new Float32Array(buffer) });
    await new Promise((resolve) => worker.once('exit', resolve));
    expect(made.tolist()).toEqual([0, 42]);
  });

  test('the buffer lives as long as a tensor, a view or a graph needs it, and no longer', async () => {
    const make = (): [WeakRef<SharedArrayBuffer>, torch.Tensor] => {
      const buffer = new SharedArrayBuffer(1 << 20);
      new Float32Array(buffer).fill(3);
      return [new WeakRef(buffer), torch.frombuffer(buffer, { dtype: 'float32' })];
    };
    const [ref, made] = make();
    const part = made.index('5:');
    made.dispose();
    await collectGarbage();
    expect(ref.deref()).toBeDefined();
    const weight = torch.ones([1], { requires_grad: true });
    const loss = weight.mul(part).sum();
    part.dispose();
    await collectGarbage();
    expect(ref.deref()).toBeDefined();
    loss.backward();
    expect(weight.grad?.item()).toBe(3 * ((1 << 18) - 5));
    loss.dispose();
    await collectGarbageUntil(() => ref.deref() === undefined);
    expect(ref.deref()).toBeUndefined();
  });

  test('a worker may end with such a tensor alive', async () => {
    const buffer = new SharedArrayBuffer(8);
    const code = `import { workerData } from 'node:worker_threads';
      import * as torch from '${import.meta.resolve('torch-js')}';
      globalThis.kept = torch.frombuffer(workerData, { dtype: 'float32' });
      globalThis.view = kept.typedArrayView();
      kept.fill_(6);`;
    const url = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
    const worker = new Worker(url, { workerData: buffer });
    expect(await new Promise((resolve) => worker.once('exit', resolve))).toBe(0);
    expect(Array.from(new Float32Array(buffer))).toEqual([6, 6]);
  });

  test('other buffers and parts are refused', () => {
    const dtype = 'float32';
    const shared = new SharedArrayBuffer(16);
    for (const bad of [new ArrayBuffer(8), new Float32Array(shared), [1], null] as never[]) {
      expect(() => torch.frombuffer(bad, { dtype })).toThrow(
        'frombuffer: buffer must be a SharedArrayBuffer, but got',
      );
    }
    const disguised = { [Symbol.toStringTag]: 'SharedArrayBuffer', byteLength: 8 };
    expect(() => torch.frombuffer(disguised as never, { dtype })).toThrow(Error);
    const ordinary = Object.defineProperty(new ArrayBuffer(8), Symbol.toStringTag, {
      value: 'SharedArrayBuffer',
    });
    expect(() => torch.frombuffer(ordinary as never, { dtype })).toThrow(/SharedArrayBuffer/);
    const growable = new (
      SharedArrayBuffer as unknown as new (
        size: number,
        options: { maxByteLength: number },
      ) => SharedArrayBuffer
    )(8, { maxByteLength: 16 });
    expect(() => torch.frombuffer(growable, { dtype })).toThrow('buffer must not be growable');
    expect(() => torch.frombuffer(shared, {} as never)).toThrow('frombuffer: dtype is missing');
    for (const offset of [2, -4, 20, 0.5, Number.NaN]) {
      expect(() => torch.frombuffer(shared, { dtype, offset })).toThrow(
        /^frombuffer: offset must be a multiple of 4 within the 16 bytes of buffer, but got/,
      );
    }
    for (const count of [5, -1, 0.5, Number.NaN, 2 ** 60]) {
      expect(() => torch.frombuffer(shared, { dtype, count })).toThrow(
        /^frombuffer: count must be at most 4, the elements in buffer, but got/,
      );
    }
  });
});
