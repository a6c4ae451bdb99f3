// Several environments at once, and every way to end: no crash, no hang, the right exit code.
import { spawnSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';

const library = import.meta.resolve('torch-js');
const prologue = `import * as torch from '${library}';
  const kept = torch.randn([64, 64], { requires_grad: true });
  const graph = kept.matmul(kept).relu().sum();`;

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
