// Compiles image.ts to the text of src/data/generated/kernels.ts.

import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

/** @returns {Promise<string>} a module that exports the WebAssembly, in base64. */
export async function compiled() {
  const source = fileURLToPath(new URL('image.ts', import.meta.url));
  const options = '-O3 --runtime stub --enable simd --noAssert --importMemory --outFile image.wasm';
  let bytes;
  const { error, stderr } = await asc.main([source, ...options.split(' ')], {
    writeFile: (_name, content) => {
      bytes = content;
    },
  });
  if (error) throw new Error(`${error.message}\n${stderr}`);
  const lines = Buffer.from(bytes)
    .toString('base64')
    .match(/.{1,90}/g);
  return [
    '// Generated from kernels/image.ts by `npm run generate:kernels`. Do not edit.',
    '',
    '/** A WebAssembly module, in base64. */',
    'export const MODULE =',
    `${lines.map((line) => `  '${line}'`).join(' +\n')};`,
    '',
  ].join('\n');
}
