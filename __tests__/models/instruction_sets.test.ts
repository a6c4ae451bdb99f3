// Kernels of every instruction set that this machine has, each in a process held to it, against plain modules.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';

const child = fileURLToPath(new URL('instruction_set_child.js', import.meta.url));
const run = promisify(execFile);
const best = torch.kernels.instruction_set();

/** What ATEN_CPU_CAPABILITY asks for, and what it gets here. */
const sets = [
  ['default', 'baseline'],
  ['avx2', best === 'baseline' ? 'baseline' : 'avx2'],
  [undefined, best],
] as const;

test.each(sets)('ATEN_CPU_CAPABILITY=%s is %s', async (capability, instructions) => {
  const env = { ...process.env };
  delete env.ATEN_CPU_CAPABILITY;
  if (capability !== undefined) env.ATEN_CPU_CAPABILITY = capability;
  const { stdout } = await run(process.execPath, [child], { env });
  const found = JSON.parse(stdout);
  expect(found.instructions).toBe(instructions);
  expect(found.float64).toBeLessThan(1e-10);
  expect(found.float32).toBeLessThan(1e-4);
});
