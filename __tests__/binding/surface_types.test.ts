// The types of the surface. Half of these checks are the compiler's: the build fails where a line that is
// marked as an error is none, or where a result is not of the type written down.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { DType, Int, Scalar, Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { PROJECT_ROOT } from '../support/paths.js';

/** Both types are the same, and not merely assignable. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** A value, and what its type must be. */
function typed<A, B>(value: A, same: Same<A, B>): A {
  expect(same).toBe(true);
  return value;
}

const x = torch.tensor([
  [1, 2],
  [3, 4],
]);

describe('types', () => {
  test('of results', () => {
    typed<Tensor, Tensor>(x.sum(1), true);
    typed<boolean, boolean>(torch.equal(x, x), true);
    typed<Int, number | bigint>(x.get_device(), true);
    typed<DType, DType>(torch.result_type(x, 1), true);
    typed<Tensor[], Tensor[]>(x.split(1), true);
    const found = x.max(1);
    typed<typeof found, [values: Tensor, indices: Tensor]>(found, true);
    const decomposed = torch.linalg.svd(x);
    typed<typeof decomposed, [U: Tensor, S: Tensor, Vh: Tensor]>(decomposed, true);
    const counted = torch.histogramdd(x, [1, 1]);
    typed<typeof counted, [hist: Tensor, bin_edges: Tensor[]]>(counted, true);
    const nothing = torch._foreach_zero_([torch.ones([1])]);
    typed<typeof nothing, void>(nothing, true);
  });

  test('of arguments', () => {
    typed<Scalar, number | bigint | boolean>(1n, true);
    const options = { alpha: 2 } as const;
    expect(torch.add(x, x, options).sum().item()).toBe(30);
    const optional: { keepdim?: boolean } = {};
    expect(x.sum(0, optional).shape).toEqual([2]);
    const sizes: readonly number[] = [1, 4];
    expect(x.view(sizes).shape).toEqual(sizes);
  });

  test('what the compiler refuses, the border refuses too', () => {
    // @ts-expect-error no argument at all
    expect(() => torch.relu()).toThrow("argument 'self' (Tensor) is missing");
    // @ts-expect-error a list is no tensor
    expect(() => torch.relu([1])).toThrow(TypeError);
    // @ts-expect-error one argument too many
    expect(() => torch.relu(x, 1)).toThrow('takes at most 1 arguments');
    // @ts-expect-error the dimension is missing
    expect(() => torch.softmax(x)).toThrow("argument 'dim' (int) is missing");
    // @ts-expect-error a keyword of another operator
    expect(() => torch.sub(x, x, { beta: 1 })).toThrow("there is no argument 'beta'");
    // @ts-expect-error a keyword of the wrong type
    expect(() => torch.sub(x, x, { alpha: '1' })).toThrow("argument 'alpha'");
    // @ts-expect-error an out variant needs a tensor
    expect(() => torch.neg(x, { out: null })).toThrow("argument 'out'");
    // @ts-expect-error no such word
    expect(() => torch.div(x, 2, { rounding_mode: 'ceil' })).toThrow(
      "one of None, 'trunc', or 'floor'",
    );
    // @ts-expect-error no such operator
    expect(() => x.cross_entropy()).toThrow(TypeError);
    // @ts-expect-error no such function of the namespace
    expect(() => torch.fft.fast(x)).toThrow(TypeError);
  });
});

describe('docstrings', () => {
  const read = (name: string) =>
    readFileSync(`${PROJECT_ROOT}binding/dist/generated/${name}`, 'utf8');

  test('stand before each signature: what it does, and the schema', () => {
    for (const name of ['functions.d.ts', 'methods.d.ts']) {
      const lines = read(name).split('\n');
      const signatures = lines.flatMap((line, i) => (/^ {4}\w+\(/.test(line) ? [i] : []));
      expect(signatures.length).toBeGreaterThan(1000);
      for (const i of signatures) {
        expect(lines[i - 2]).toMatch(/^ {4}\/\*\* \S.*\.$/);
        expect(lines[i - 1]).toMatch(/^ {4} \* `aten::.* -> .*` \*\/$/);
      }
    }
    expect(read('functions.d.ts')).toContain(
      '/** The product of two matrices.\n     * `aten::mm(Tensor self, Tensor mat2) -> Tensor` */\n    mm(self: Tensor, mat2: Tensor): Tensor;',
    );
  });

  test('are in the declarations alone: importing does not read them', () => {
    expect(read('functions.js')).not.toContain('aten::');
  });
});
