// What the surface has: every operator of ATen's is offered, as PyTorch offers it, or left out for a reason.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { PROJECT_ROOT } from '../support/paths.js';

/** The LibTorch that the committed surface was generated from; others may have other operators. */
const PINNED = '2.15.0';
const pinned = torch.version() === PINNED ? test : test.skip;

interface Registry {
  offered: { name: string; isFunction: boolean; isMethod: boolean; overloads: string[] }[];
  leftOut: { reason: string; names: string[] }[];
  names: string[];
}

/** Looks at the dispatcher in a process of its own, as the generator does. */
function readRegistry(): Registry {
  const script = `
    import { atenNames, readRegistry } from '${PROJECT_ROOT}binding/tools/registry.mjs';
    const { offered, leftOut } = readRegistry();
    const brief = offered.map(({ name, isFunction, isMethod, overloads }) =>
      ({ name, isFunction, isMethod, overloads: overloads.map(({ overload }) => overload) }));
    console.log(JSON.stringify({ offered: brief, leftOut, names: atenNames() }));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  });
  return JSON.parse(output) as Registry;
}

const functions = torch as unknown as Record<string, unknown>;
const methods = torch.Tensor.prototype as unknown as Record<string, unknown>;

describe(`the operators of LibTorch ${PINNED} (skipped for another)`, () => {
  let registry: Registry;

  beforeAll(() => {
    registry = readRegistry();
  });

  pinned('the generated files are current', () => {
    const output = execFileSync(
      process.execPath,
      [`${PROJECT_ROOT}binding/tools/generate.mjs`, '--check'],
      { encoding: 'utf8' },
    );
    expect(output).toBe(`${registry.offered.length} operators\n`);
  });

  pinned('each name of aten:: is offered or left out for a reason, and none is both', () => {
    const offered = registry.offered.map(({ name }) => name);
    const leftOut = registry.leftOut.flatMap(({ names }) => names);
    expect([...offered, ...leftOut].sort()).toEqual([...registry.names].sort());
    expect(offered.length).toBeGreaterThan(1000);
    for (const { reason, names } of registry.leftOut) {
      expect(reason).toMatch(/^[A-Z].{20,}\.$/);
      expect(names).not.toEqual([]);
    }
  });

  pinned('what is offered is there: functions and methods where ATen has them', () => {
    const missing = registry.offered.filter(
      ({ name, isFunction, isMethod }) =>
        (isFunction && typeof functions[name] !== 'function') ||
        (isMethod && typeof methods[name] !== 'function'),
    );
    expect(missing).toEqual([]);
  });

  pinned('what is left out is not there', () => {
    const leftOut = registry.leftOut.flatMap(({ names }) => names);
    // torch.random is PyTorch's namespace of that name.
    expect(leftOut.filter((name) => typeof functions[name] === 'function')).toEqual([]);
  });

  pinned('the page of what is left out names each', () => {
    const page = readFileSync(`${PROJECT_ROOT}binding/tools/left_out.md`, 'utf8');
    const listed = [...page.matchAll(/`(\w+)`(?= |$)/gm)].map(([, name]) => name);
    for (const { reason, names } of registry.leftOut) {
      expect(page).toContain(`## ${reason}`);
      expect(listed).toEqual(expect.arrayContaining(names));
    }
  });
});

describe('names', () => {
  test('reserved words are exported, and so are names that PyTorch writes by hand', () => {
    expect(torch.var(torch.tensor([1, 3])).item()).toBe(2);
    expect(torch.tensor([1, 3]).var().item()).toBe(2);
    expect(torch.numel(torch.ones([2, 3]))).toBe(6);
    expect(torch.size(torch.ones([2, 3]), 1)).toBe(3);
    expect(torch.ones([2, 3]).size()).toEqual([2, 3]);
    expect(torch.ones([1]).to('float64').dtype).toBe('float64');
  });

  test('functions of the package itself are not covered by operators', () => {
    expect(torch.tensor([1]).tolist()).toEqual([1]);
    expect(torch.version()).toMatch(/^\d+\.\d+/);
    expect(typeof torch.autograd.grad).toBe('function');
  });

  test('linalg, fft and special have the names that PyTorch has there', () => {
    const square = torch.tensor([
      [2, 0],
      [0, 3],
    ]);
    expect(torch.linalg.det(square).item()).toBeCloseTo(6, 5);
    expect(torch.linalg.norm(torch.tensor([3, 4])).item()).toBe(5);
    expect(torch.linalg.inv(square).tolist()).toEqual([
      [0.5, 0],
      [0, expect.closeTo(1 / 3, 6)],
    ]);
    expect(
      torch.fft
        .rfft(torch.ones([4]))
        .abs()
        .tolist(),
    ).toEqual([4, 0, 0]);
    expect(torch.fft.fftshift(torch.tensor([0, 1, 2])).tolist()).toEqual([2, 0, 1]);
    expect(torch.special.expit(torch.tensor([0])).tolist()).toEqual([0.5]);
    expect(torch.special.erf(torch.tensor([0])).tolist()).toEqual([0]);
    expect(torch.linalg.norm).toBe(torch.linalg_norm);
    expect(Object.keys(torch.fft)).toHaveLength(22);
    expect(Object.keys(torch.linalg).length).toBeGreaterThan(40);
    expect(Object.keys(torch.special).length).toBeGreaterThan(50);
  });

  test('views that PyTorch has as attributes are properties', () => {
    const matrix = torch.complex(
      torch.tensor([
        [1, 2],
        [3, 4],
      ]),
      torch.ones([2, 2]),
    );
    expect(matrix.real.tolist()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(matrix.T.real.tolist()).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(matrix.H.imag.tolist()).toEqual([
      [-1, -1],
      [-1, -1],
    ]);
    expect(torch.ones([2, 3, 4]).mT.shape).toEqual([2, 4, 3]);
    expect(torch.ones([2, 3, 4]).mH.shape).toEqual([2, 4, 3]);
    expect(() => torch.ones([1]).imag).toThrow(/complex/);
  });

  test('memory formats and layouts are named as in PyTorch', () => {
    expect([torch.channels_last, torch.strided, torch.sparse_coo]).toEqual([
      'channels_last',
      'strided',
      'sparse_coo',
    ]);
  });
});
