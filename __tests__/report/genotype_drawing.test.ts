// The drawing of a genotype: what stands in the SVG, and what joins what.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AmoebaNet, BNASv2_CLR_v1, DARTS_V1, type Edge } from '../../src/models/genotypes.js';
import { drawGenotype } from '../../src/report/genotype_drawing.js';

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** The text of an XML element as a reader sees it. */
function decoded(text: string): string {
  return text.replace(/&(#\d+|\w+);/g, (_, entity: string) =>
    entity.startsWith('#')
      ? String.fromCodePoint(Number(entity.slice(1)))
      : (ENTITIES[entity] as string),
  );
}

/** Titles that Graphviz gives to all shapes of a class: 'node', 'edge' or 'cluster'. */
function titles(svg: string, kind: string): string[] {
  const shapes = svg.matchAll(new RegExp(`class="${kind}">\\n<title>(.*)</title>`, 'g'));
  return Array.from(shapes, (match) => decoded(match[1] as string));
}

function texts(svg: string): string[] {
  return Array.from(svg.matchAll(/<text[^>]*>(.*)<\/text>/g), (match) =>
    decoded(match[1] as string),
  );
}

const count = (list: string[], item: string) => list.filter((other) => other === item).length;

describe('drawGenotype', () => {
  test('draws every edge of both cells', async () => {
    const svg = await drawGenotype(AmoebaNet, 'AmoebaNet');
    const state = (kind: string, i: number) => `${kind} ${['c_{k-2}', 'c_{k-1}'][i] ?? i - 2}`;
    const cell = (kind: string, edges: readonly Edge[], concat: readonly number[]) => [
      ...edges.flatMap(([, input], i) => [
        `${state(kind, input)}->${kind} edge ${i}`,
        `${kind} edge ${i}->${state(kind, Math.floor(i / 2) + 2)}`,
      ]),
      ...concat.map((i) => `${state(kind, i)}->${kind} c_{k}`),
    ];
    const expected = [
      ...cell('normal', AmoebaNet.normal, AmoebaNet.normal_concat),
      ...cell('reduce', AmoebaNet.reduce, AmoebaNet.reduce_concat),
    ];
    expect(titles(svg, 'edge').sort()).toEqual(expected.sort());
  });

  test('labels cells, inputs, nodes, outputs and operations', async () => {
    const shown = texts(await drawGenotype(BNASv2_CLR_v1, 'BNASv2_CLR_v1'));
    expect(count(shown, 'BNASv2_CLR_v1')).toBe(1);
    expect(count(shown, 'Convolution cell')).toBe(1);
    expect(count(shown, 'Enhancement cell')).toBe(1);
    for (const label of ['c_{k-2}', 'c_{k-1}', 'c_{k}', '0', '1', '2', '3']) {
      expect(count(shown, label)).toBe(2);
    }
    expect(count(shown, 'sep conv 3×3')).toBe(5);
    expect(count(shown, 'sep conv 5×5')).toBe(1);
    expect(count(shown, 'avg pool 3×3')).toBe(7);
    expect(count(shown, 'max pool 3×3')).toBe(1);
    expect(count(shown, 'dil conv 3×3')).toBe(2);
    expect(count(texts(await drawGenotype(DARTS_V1, '')), 'skip')).toBe(6);
  });

  test('puts the convolution cell above the enhancement cell', async () => {
    const svg = await drawGenotype(DARTS_V1, 'DARTS');
    const height = (label: string) =>
      Number(new RegExp(`y="([-.\\d]+)"[^>]*>${label}`).exec(svg)?.[1]);
    expect(height('Convolution cell')).toBeLessThan(height('Enhancement cell'));
  });

  test('gives each family of operations one colour', async () => {
    const svg = await drawGenotype(AmoebaNet, 'AmoebaNet');
    const fills = new Map<string, Set<string>>();
    for (const [, fill, label] of svg.matchAll(
      /<path fill="(#\w+)"[^>]*>\n<text[^>]*>([a-z ]{4,9}).*</g,
    )) {
      fills.set(label as string, (fills.get(label as string) ?? new Set()).add(fill as string));
    }
    const families = ['avg pool ', 'max pool ', 'sep conv ', 'skip', 'conv '];
    expect([...fills.keys()].sort()).toEqual(families.sort());
    const colours = [...fills.values()].flatMap((set) => [...set]);
    expect(new Set(colours).size).toBe(families.length);
    expect(colours).toHaveLength(families.length);
  });

  test('is the same text each time', async () => {
    expect(await drawGenotype(DARTS_V1, 'x')).toBe(await drawGenotype(DARTS_V1, 'x'));
  });

  test('stands on an opaque ground of its own', async () => {
    const svg = await drawGenotype(DARTS_V1, 'x');
    const numbers = (pattern: RegExp) => (pattern.exec(svg)?.[1] ?? '').split(/[ ,]/).map(Number);
    const [, , width = 0, height = 0] = numbers(/viewBox="([^"]+)"/);
    const [left = 0, top = 0] = numbers(/translate\(([^)]+)\)/);
    const corners = numbers(/<polygon fill="#ffffff" stroke="none" points="([^"]+)"/);
    const xs = corners.filter((_, i) => i % 2 === 0).map((x) => x + left);
    const ys = corners.filter((_, i) => i % 2 === 1).map((y) => y + top);
    expect(Math.min(...xs)).toBe(0);
    expect(Math.min(...ys)).toBe(0);
    // Graphviz rounds the picture's size to whole points.
    expect(Math.abs(Math.max(...xs) - width)).toBeLessThan(1);
    expect(Math.abs(Math.max(...ys) - height)).toBeLessThan(1);
  });

  test('shows any title as it is, as valid XML', async () => {
    const tricky = fc.string({
      unit: fc.constantFrom(
        '&',
        '<',
        '>',
        '"',
        "'",
        '\\',
        'N',
        'n',
        ';',
        'amp',
        'b',
        '/',
        ']',
        'é',
        '✓',
      ),
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(tricky, async (name) => {
        const svg = await drawGenotype(DARTS_V1, name);
        expect(texts(svg)[0]).toBe(name);
        expect(svg).not.toMatch(/&(?!(#\d+|amp|lt|gt|quot);)/);
      }),
      { numRuns: 30 },
    );
  });

  test('leaves out what XML cannot hold', async () => {
    const svg = await drawGenotype(DARTS_V1, 'a\u0000b\ud800c\nd');
    expect((texts(svg)[0] as string).replaceAll('\u00a0', ' ')).toBe('a b c d');
  });
});
