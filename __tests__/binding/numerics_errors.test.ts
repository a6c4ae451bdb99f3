// Wrong calls are refused with the kind of error that PyTorch raises, and in LibTorch's own words.
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { labelOf } from './numerics/compare.js';
import { Arguments, callOperator } from './numerics/replay.js';
import { readTable, type WrongCall } from './numerics/table.js';

const { cases } = readTable<WrongCall>('errors');

function errorOf(call: WrongCall): torch.TorchError | Error | undefined {
  return torch.tidy(() => {
    const { args, keywords } = new Arguments(call);
    try {
      callOperator(call.op, args, keywords);
    } catch (error) {
      return error as Error;
    }
    return undefined;
  });
}

const kindOf = (error: torch.TorchError | Error): string =>
  'kind' in error ? error.kind : error.name;

/** What is wrong with the answer to a wrong call; null where nothing is. */
function fault(call: WrongCall): string | null {
  const error = torch.no_grad(() => errorOf(call));
  const expected = call.ours ?? call.python;
  if (!error) return `${labelOf(call)}: expected ${expected}, but it was taken`;
  if (kindOf(error) !== expected) {
    return `${labelOf(call)}: expected ${expected}, got ${kindOf(error)}: ${error.message}`;
  }
  if ('kind' in error && call.message && !error.message.includes(call.message)) {
    return `${labelOf(call)}: expected "${call.message}", got "${error.message}"`;
  }
  return null;
}

test('each is answered as in PyTorch', () => {
  expect(cases.map(fault).filter((found) => found !== null)).toEqual([]);
});

test('a difference has its reason', () => {
  const unexplained = cases.filter(({ ours, why }) => (ours === undefined) !== (why === undefined));
  expect(unexplained).toEqual([]);
  expect(new Set(cases.map(({ python }) => python))).toEqual(
    new Set([
      'RuntimeError',
      'IndexError',
      'ValueError',
      'TypeError',
      'NotImplementedError',
      'LinAlgError',
    ]),
  );
});

test('a wrong answer is seen', () => {
  const add = cases.find(({ op }) => op === 'add') as WrongCall;
  expect(fault({ ...add, python: 'IndexError' })).toMatch(/expected IndexError, got RuntimeError/);
  expect(fault({ ...add, message: 'nonsense' })).toMatch(/expected "nonsense", got "add: The size/);
  expect(fault({ ...add, args: [{ shape: [2] }, { shape: [2] }] })).toMatch(/but it was taken/);
});
