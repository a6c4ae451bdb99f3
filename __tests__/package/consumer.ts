// A program of somebody who uses the package, as an ES module and as CommonJS: a training step.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const STEP = `
declare const console: { log(text: string): void };
const x: torch.Tensor = torch.tensor([[1, 2], [3, 4]]);
const w = torch.zeros([2, 1], { requires_grad: true });
const loss = torch.mse_loss(x.matmul(w), torch.ones([2, 1]));
loss.backward();
torch.no_grad(() => w.sub_(w.grad as torch.Tensor, { alpha: 0.125 }));
console.log(JSON.stringify([loss.item(), w.tolist()]));
// @ts-expect-error: a sum has two terms
export const wrong = () => torch.add(x);
`;

const PROGRAMS = {
  'step.mts': `import * as torch from 'torch-js';${STEP}`,
  'step.cts': `import torch = require('torch-js');${STEP}`,
};

/** What a step prints: from w = 0 the loss is 1, its gradient -xᵀ·1 = [-4, -6]. */
export const STEP_RESULT = '[1,[[0.5],[0.75]]]\n';

/** Writes the programs into a folder in which 'torch-js' can be found, as TypeScript and compiled. */
export function writePrograms(folder: string): void {
  for (const [name, text] of Object.entries(PROGRAMS)) {
    const module = name.endsWith('.cts') ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext;
    writeFileSync(join(folder, name), text);
    const compiled = ts.transpile(text, { module, target: ts.ScriptTarget.ES2022 });
    writeFileSync(join(folder, name.replace('ts', 'js')), compiled);
  }
}

/** What the compiler says of the programs and of all declarations they lead to, in both ways to resolve. */
export function typeErrors(folder: string): string[] {
  const common: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts'],
    types: [],
  };
  const node = { ...common, module: ts.ModuleKind.NodeNext };
  const bundler = {
    ...common,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  return [
    ...diagnostics([join(folder, 'step.mts'), join(folder, 'step.cts')], node),
    ...diagnostics([join(folder, 'step.mts')], bundler),
  ];
}

function diagnostics(files: string[], options: ts.CompilerOptions): string[] {
  return ts
    .getPreEmitDiagnostics(ts.createProgram(files, options))
    .map(({ file, messageText }) => `${file?.fileName}: ${JSON.stringify(messageText)}`);
}

/** Runs a compiled program as a process of its own. */
export function runProgram(folder: string, name: 'step.mjs' | 'step.cjs', ...flags: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, join(folder, name)], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** The npm that runs with this node, or the one on the path. */
export function npm(args: string[], cwd: string, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  return stdout;
}

export function readJson(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
