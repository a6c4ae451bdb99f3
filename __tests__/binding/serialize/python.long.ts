// Files of ours through a Python with torch, and back: TORCH_JS_TEST_PYTHON names it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { DType, Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { temporaryFolder } from '../../support/temporary.js';
import { plain } from './plain.js';

const python = process.env.TORCH_JS_TEST_PYTHON;
const folder = temporaryFolder();
const path = (name: string) => join(folder, name);

// Reads as a stranger's file is read, also mapped into memory, and says what a state dict must be.
const PROGRAM = `
import sys, zipfile
from collections import OrderedDict
import torch

ours, mapped, zipped, legacy = sys.argv[1:]
assert zipfile.ZipFile(ours).testzip() is None
value = torch.load(ours, weights_only=True)
assert type(value) is dict and type(value['state_dict']) is OrderedDict
state = value['state_dict']
assert list(state) == ['transposed', 'base', *list(state)[2:]]
assert state['base'].untyped_storage().data_ptr() == state['transposed'].untyped_storage().data_ptr()
assert value['same'][0] is value['same'][1]
assert value['set'] == {1, 'a', None} and value['bytes'] == b'\\0\\x80\\xff'
torch.save(torch.load(ours, weights_only=True, mmap=True), mapped)
torch.save(value, zipped)
torch.save(value, legacy, _use_new_zipfile_serialization=False)
`;

const OLD: DType[] = [
  'uint8',
  'int8',
  'int16',
  'int32',
  'int64',
  'float16',
  'bfloat16',
  'float32',
  'float64',
  'complex64',
  'complex128',
  'bool',
];

function value(dtypes: readonly DType[]): Record<string, unknown> {
  const base = torch.arange(6);
  const state = new Map<string, Tensor>([
    ['transposed', base.view([2, 3]).t()],
    ['base', base],
    ['scalar', torch.tensor(3n)],
    ['empty', torch.zeros([0, 3])],
    ['expanded', torch.ones([1]).expand([2, 2])],
    ['requiring', torch.ones([2], { requires_grad: true })],
    ...dtypes.map((dtype): [string, Tensor] => [dtype, torch.tensor([1, 0, 1], { dtype })]),
  ]);
  const integers = [0, 255, 256, 65536, -1, 2 ** 31, 2 ** 53 - 1, 2n ** 70n, -(2n ** 63n)];
  return {
    epoch: 3,
    state_dict: state,
    numbers: [...integers, 0.5, -0, NaN, -Infinity],
    texts: ['', 'ü😀', '__proto__'],
    nothing: null,
    yes: true,
    keys: new Map<unknown, unknown>([
      [0, 'a'],
      [null, 'b'],
      [1.5, []],
    ]),
    same: [base, base],
    set: new Set([1, 'a', null]),
    bytes: Uint8Array.of(0, 128, 255),
  };
}

const through = python === undefined ? test.skip : test;

through(
  `Python's torch reads our files, and what it writes of them is what we wrote${python === undefined ? ' (TORCH_JS_TEST_PYTHON names no Python with torch)' : ''}`,
  () => {
    torch.tidy(() => {
      const ours = value([...OLD, 'uint16', 'uint32', 'uint64', 'complex32']);
      torch.save(ours, path('ours.pt'));
      // What files of before 1.6 cannot hold, they need not.
      const older = value(OLD);
      torch.save(older, path('older.pt'));
      for (const [source, written, isLegacyAble] of [
        ['ours.pt', ours, false],
        ['older.pt', older, true],
      ] as const) {
        const files = ['mapped.pt', 'zipped.pt', 'legacy.pt'];
        const program = isLegacyAble ? PROGRAM : PROGRAM.replace(/.*_use_new_zipfile.*\n/, '');
        const args = ['-c', program, path(source), ...files.map(path)];
        const { status, stderr } = spawnSync(python as string, args, { encoding: 'utf8' });
        expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
        for (const file of isLegacyAble ? files : files.slice(0, 2)) {
          expect(plain(torch.load(path(file)))).toEqual(plain(written));
        }
      }
    });
  },
);
