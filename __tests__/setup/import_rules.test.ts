// The rule that holds the direction of imports refuses what it should, and nothing else.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PROJECT_ROOT } from '../support/paths.js';

/** Each file of a small project, what it imports, and the rule that it breaks. */
const FILES: [path: string, source: string, broken?: string][] = [
  ['src/cli/main.ts', "import '../engine/search.js';"],
  ['src/engine/search.ts', "import '../models/cell.js'; import '../data/loader.js';"],
  ['src/models/cell.ts', "import '../nn/conv.js';"],
  ['src/models/genotypes.ts', 'export const PRIMITIVES = [];'],
  ['src/data/loader.ts', 'export interface Loader {}'],
  ['src/nn/conv.ts', 'export {};'],
  ['src/data/constants.ts', 'export const DATASETS = {};'],
  ['src/config/schema.ts', "import '../data/constants.js';"],
  ['src/report/drawing.ts', "import '../models/genotypes.js';"],
  [
    'src/optim/typed.ts',
    "import type { Loader } from '../data/loader.js'; export type L = Loader;",
  ],
  ['binding/src/tensor.ts', 'export {};'],
  ['binding/setup/report.mjs', "import 'node:fs';"],
  ['scripts/setup.mjs', "import '../binding/setup/report.mjs';"],

  ['src/engine/up.ts', "import '../cli/main.js';", 'engine-knows-no-cli'],
  ['src/optim/sideways.ts', "import '../models/cell.js';", 'siblings-share-types-and-genotypes'],
  ['src/data/up.ts', "import '../engine/search.js';", 'nothing-above-even-as-type'],
  ['src/config/up_typed.ts', "import type {} from '../cli/main.js';", 'nothing-above-even-as-type'],
  ['src/nn/up.ts', "import '../optim/typed.js';", 'nn-knows-torch-js-alone'],
  ['src/nn/inside.ts', "import '../../binding/src/tensor.js';", 'torch-js-by-its-name'],
  ['binding/src/up.ts', "import '../../src/nn/conv.js';", 'torch-js-stands-alone'],
  ['binding/setup/up.mjs', "import '../../scripts/setup.mjs';", 'torch-js-stands-alone'],
  ['scripts/package.mjs', "import 'yaml';", 'set-up-runs-on-a-bare-clone'],
  ['src/models/circle_a.ts', "import './circle_b.js'; export const a = 1;", 'no-circles'],
  ['src/models/circle_b.ts', "import './circle_a.js'; export const b = 1;"],
  ['src/data/lost.ts', "import './nowhere.js';", 'everything-resolves'],
];

let project: string;
let violations: { from: string; rule: { name: string } }[];

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'imports-'));
  for (const [path, source] of FILES) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), source);
  }
  cpSync(join(PROJECT_ROOT, '.dependency-cruiser.mjs'), join(project, '.dependency-cruiser.mjs'));
  const bin = join(PROJECT_ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'json',
    'src',
    'binding',
    'scripts',
  ];
  const output = execFileSync(process.execPath, [bin, ...args], { cwd: project, encoding: 'utf8' });
  violations = JSON.parse(output).summary.violations;
});
afterAll(() => rmSync(project, { recursive: true }));

for (const [path, , broken] of FILES) {
  test(`${path} ${broken ? `breaks ${broken}` : 'is in order'}`, () => {
    const rules = violations.filter(({ from }) => from === path).map(({ rule }) => rule.name);
    if (broken) expect(rules).toContain(broken);
    else expect(rules).toEqual([]);
  });
}
