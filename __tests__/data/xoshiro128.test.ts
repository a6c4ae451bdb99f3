// xoshiro128** against its reference, and the streams of images that are made of it.
import { expect, test } from '@jest/globals';
import { imageDraws } from '../../src/data/draws.js';
import { Xoshiro128 } from '../../src/data/xoshiro128.js';

test('gives the numbers of the reference implementation', () => {
  const generator = new Xoshiro128(1, 2, 3, 4);
  expect(Array.from({ length: 10 }, () => generator.next32())).toEqual(REFERENCE);
});

// xoshiro128starstar.c of its authors, state 1, 2, 3, 4.
const REFERENCE = [
  11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
  4258142804,
];

test('streams of neighbouring images and passes have nothing in common', () => {
  const seeds = [0n, 1n, 2n ** 62n];
  const first = seeds.flatMap((seed) => {
    const draws = imageDraws(seed);
    return Array.from({ length: 1000 }, (_, image) => draws(image).torch.next32());
  });
  expect(new Set(first).size).toBe(3000);
  // Of 3000 fair numbers of 32 bits, each bit is set in about half: 1500, give or take five times 27.
  for (let bit = 0; bit < 32; bit++) {
    const set = first.filter((number) => (number >>> bit) & 1).length;
    expect(Math.abs(set - 1500)).toBeLessThan(137);
  }
});

test('an image draws the same whatever was drawn before', () => {
  const draws = imageDraws(7n);
  const alone = imageDraws(7n)(5).torch.next32();
  draws(4).torch.next32();
  expect(draws(5).numpy.next32()).toBe(alone);
});
