// Several environments at once, and every way to end: no crash, no hang, the right exit code.
import { spawnSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';

const library = import.meta.resolve('torch-js');
// `watched` is an operator in TypeScript, which runs its argument in the backward pass.
const prologue = `import * as torch from '${library}';
  class Watched extends torch.autograd.Function {
    static forward(context, x, watch) { context.watch = watch; return x.mul(2); }
    static backward(context, gradient) { context.watch?.(); return [gradient.mul(2), null]; }
  }
  const kept = torch.randn([64, 64], { requires_grad: true });
  const graph = kept.matmul(kept).relu().sum();
  const watched = (watch) => Watched.apply(kept, watch ?? null).sum();`;

function run(body: string) {
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', `${prologue}\n${body}`], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return {
    status: child.status,
    signal: child.signal,
    out: child.stdout.trim(),
    err: child.stderr,
  };
}

describe('exit with tensors and a graph alive', () => {
  test('by return', () => {
    expect(run('graph.backward(); console.log(kept.grad.shape.join());')).toMatchObject({
      status: 0,
      out: '64,64',
    });
  });

  test('by process.exit', () => {
    expect(run('process.exit(3);')).toMatchObject({ status: 3 });
  });

  test('by an uncaught error, whose message names the operator', () => {
    const { status, err } = run('torch.matmul(kept, torch.zeros([3]));');
    expect(status).toBe(1);
    expect(err).toMatch(/TorchError: matmul: /);
  });

  test('by SIGTERM', () => {
    const { status, signal } = run(
      'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000);',
    );
    expect([status, signal]).toEqual([null, 'SIGTERM']);
  });
});

describe('exit in the middle of something', () => {
  test.each([
    ['a scope', 'torch.tidy(() => { kept.add(1); process.exit(3); });'],
    ['a backward pass', 'watched(() => process.exit(3)).backward();'],
    ['inference mode', 'torch.inference_mode(() => process.exit(3));'],
  ])('%s', (_, body) => {
    expect(run(body)).toMatchObject({ status: 3, err: '' });
  });

  test.each([
    [
      'an error in a backward pass',
      "watched(() => { throw new Error('on purpose'); }).backward();",
    ],
    ['a rejection', "await Promise.reject(new Error('on purpose'));"],
  ])('%s', (_, body) => {
    const { status, err } = run(body);
    expect(status).toBe(1);
    expect(err).toMatch(/Error: on purpose/);
  });

  test('SIGINT while operators run', () => {
    const { status, signal } = run(`
      import { spawn } from 'node:child_process';
      spawn('sh', ['-c', 'sleep 0.3; kill -INT ' + process.pid]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      for (;;) torch.tidy(() => { kept.matmul(kept); });`);
    expect([status, signal]).toEqual([null, 'SIGINT']);
  });

  test('backward passes inside one another, deeper than LibTorch stays on one thread', () => {
    const { status, out } = run(`
      const nest = (depth) => torch.enable_grad(() => watched(() => depth > 0 && nest(depth - 1))).backward();
      nest(40);
      try { nest(100); } catch (error) { console.log(error.name, error.message); }
      nest(10);`);
    expect(status).toBe(0);
    expect(out).toMatch(/^TorchError .*ran on a thread of LibTorch's own/);
  });
});

test('workers have tensors of their own, and end with them alive', async () => {
  const code = `${prologue}
    import { parentPort } from 'node:worker_threads';
    graph.backward();
    const foreign = new torch.Tensor(2 ** 24 * 3 + 5000);
    let refused = false;
    try { foreign.shape; } catch { refused = true; }
    parentPort.postMessage({ tensors: torch.memory().tensors, refused });`;
  const url = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
  const results = await Promise.all(
    [1, 2, 3].map(
      () =>
        new Promise<{ tensors: number; refused: boolean; code: number }>((resolve, reject) => {
          const worker = new Worker(url);
          let message: { tensors: number; refused: boolean };
          worker.on('message', (value) => {
            message = value;
          });
          worker.on('error', reject);
          worker.on('exit', (exitCode) => resolve({ ...message, code: exitCode }));
        }),
    ),
  );
  for (const result of results) {
    expect(result.code).toBe(0);
    expect(result.refused).toBe(true);
    expect(result.tensors).toBeGreaterThanOrEqual(3);
    expect(result.tensors).toBeLessThan(20);
  }
});

describe('a worker', () => {
  // Says 'go' when it is about to do what it will be stopped in.
  const start = (body: string): Worker => {
    const code = `${prologue}\n
      import { parentPort } from 'node:worker_threads';
      const go = () => parentPort.postMessage('go');
      ${body}`;
    return new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  };
  const exitCode = (worker: Worker) =>
    new Promise<number>((resolve) => worker.once('exit', resolve));
  const ready = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.once('error', reject);
    });

  test.each([
    [
      'an operator',
      'const big = torch.randn([900, 900]); go(); for (;;) torch.tidy(() => { big.matmul(big); });',
    ],
    ['small operators', 'go(); for (;;) torch.tidy(() => { torch.ones([2]).add(1).tolist(); });'],
    [
      'operators that fail',
      'go(); for (;;) try { torch.ones([2]).matmul(torch.ones([3])); } catch {}',
    ],
    ['training', 'go(); for (;;) torch.tidy(() => { watched().backward(); kept.grad = null; });'],
    ['a backward pass in TypeScript', 'watched(() => { go(); for (;;); }).backward();'],
    ['a scope', 'torch.tidy(() => { kept.add(1); go(); for (;;); });'],
  ])('is terminated in %s', async (_, body) => {
    for (const delay of [0, 3, 30]) {
      const worker = start(body);
      await ready(worker);
      await new Promise((resolve) => setTimeout(resolve, delay));
      expect(await worker.terminate()).toBe(1);
    }
  });

  test('exits in a backward pass with its own code', async () => {
    expect(await exitCode(start('watched(() => process.exit(5)).backward();'))).toBe(5);
  });

  test('throws in a backward pass, which its parent hears of', async () => {
    const worker = start("watched(() => { throw new Error('on purpose'); }).backward();");
    const error = new Promise<Error>((resolve) => worker.once('error', resolve));
    const code = exitCode(worker);
    expect((await error).message).toMatch(/on purpose/);
    expect(await code).toBe(1);
  });

  test('may be the only one to use torch-js, and others after it', () => {
    const body = `${prologue} torch.set_num_threads(2); graph.backward();`;
    const parent = `
      import { Worker } from 'node:worker_threads';
      const url = new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(body)}));
      for (let i = 0; i < 3; i++) {
        await new Promise((resolve) => new Worker(url).on('exit', (code) => { console.log(code); resolve(); }));
      }`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', parent], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect([child.status, child.stdout.trim().split('\n')]).toEqual([0, ['0', '0', '0']]);
  });

  test('computes while the process ends', () => {
    const body = `${prologue}
      import { parentPort } from 'node:worker_threads';
      parentPort.postMessage('go');
      for (;;) torch.tidy(() => { watched().backward(); kept.grad = null; });`;
    const { status, signal } = run(`
      import { Worker } from 'node:worker_threads';
      const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(body)})));
      worker.on('message', () => setTimeout(() => process.exit(4), 50));`);
    expect([status, signal]).toEqual([4, null]);
  });
});
