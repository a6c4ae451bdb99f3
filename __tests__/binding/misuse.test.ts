// Random misuse, of the surface and of the door below it: always a JavaScript error, never a crash or a hang.
// misuse.long.ts runs more of the same.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { PROJECT_ROOT } from '../support/paths.js';
import { misuse } from './misuse/watch.js';

const { addon } = await import(`${PROJECT_ROOT}binding/dist/addon.js`);
const mailbox = await import(`${PROJECT_ROOT}binding/dist/mailbox.js`);

const SEED = 20261125;
// Fewer on the slow builds of `npm run sanitize`; misuse.long.ts has their full number.
const CASES = process.env.TORCH_JS_SANITIZE ? 500 : 2_500;

describe('random misuse', () => {
  test.each(['surface', 'door'])(
    '%s',
    async (suite) => {
      expect(await misuse({ suite, seed: SEED, cases: CASES })).toEqual([]);
    },
    180_000,
  );
});

describe('the watch sees', () => {
  test.each([
    ['crash', /case 0 ended in SIGABRT.*process\.abort\(\)/s],
    ['hang', /case 0 ended in nothing for 2000 ms.*for \(;;\);/s],
    ['error', /case 0 ended in exit code 1: .*on purpose/],
  ])('a %s, and names its line', async (suite, report) => {
    const [found, ...more] = await misuse({ suite, seed: 1, cases: 3, patience: 2_000 });
    expect(found).toMatch(report);
    expect(more).toEqual([]);
  });

  test('every such line, where it may go on', async () => {
    expect(await misuse({ suite: 'error', seed: 1, cases: 3, failures: 9 })).toHaveLength(3);
  });
});

describe('the mailbox', () => {
  test('grows for lists of any length', () => {
    torch.tidy(() => {
      const one = torch.ones([1]);
      for (const length of [4_094, 4_095, 4_096, 4_097, 50_000]) {
        expect(torch.cat(new Array(length).fill(one)).sum().item()).toBe(length);
        expect(torch.zeros([length]).split(1)).toHaveLength(length);
      }
    });
  });

  test('is whole again after an error in a long list', () => {
    torch.tidy(() => {
      const list: unknown[] = new Array(20_000).fill(torch.ones([1]));
      list[19_999] = 'x';
      expect(() => torch.cat(list as torch.Tensor[])).toThrow(TypeError);
      expect(torch.add(torch.ones([2]), 1).tolist()).toEqual([2, 2]);
    });
  });
});

describe('many handles freed at once', () => {
  const send = (...message: number[]) => {
    mailbox.reserve(message.length);
    mailbox.numbers.set(message);
  };

  test("one that is nobody's is told, and the others are freed", () => {
    const before = torch.memory().tensors;
    const handle = () => (torch.ones([1]) as unknown as { _release(): number })._release();
    send(3, handle(), 77, handle());
    expect(() => addon.disposeMany()).toThrow('a tensor was used after it was disposed');
    expect(torch.memory().tensors).toBe(before);
  });
});

describe('objects without a tensor', () => {
  const forged = Object.create(torch.Tensor.prototype) as torch.Tensor;

  test('are refused as TypeErrors wherever a tensor belongs', () => {
    for (const use of [
      () => forged.shape,
      () => forged.add(1),
      () => torch.add(torch.ones([1]), forged),
      () => torch.cat([torch.ones([1]), forged]),
      () => torch.autograd.grad(forged, [forged]),
    ]) {
      expect(() => torch.tidy<unknown>(use)).toThrow(TypeError);
    }
  });
});
