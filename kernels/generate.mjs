// `npm run generate:kernels`: compiles image.ts and writes src/data/generated/kernels.ts.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compiled } from './compile.mjs';

const target = fileURLToPath(new URL('../src/data/generated/kernels.ts', import.meta.url));
writeFileSync(target, await compiled());
