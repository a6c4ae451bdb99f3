// Draws the cells of a genotype: visualize.py of the original, for its released names and for whatever else holds a
// genotype: a file, a text, the folder of a search. Run: node dist/examples/visualize.js BNASv2_CLR_v1
// Expected: BNASv2_CLR_v1.svg in the current folder, with both cells, in a second.
// Differs: one SVG in place of two PDFs that a viewer opens; a file that is there is left alone.

import { printTo } from '../src/cli/output.js';
import { genotypeName, readGenotype } from '../src/engine/genotype_source.js';
import { drawGenotype } from '../src/report/genotype_drawing.js';
import { ended } from './support/script.js';

const [source, ...others] = process.argv.slice(2);
if (source === undefined || others.length > 0) {
  console.log(`usage:\n node ${process.argv[1]} ARCH_NAME`);
  process.exit(1);
}

await ended(async () => {
  const name = genotypeName(source);
  printTo(`${name}.svg`, await drawGenotype(readGenotype(source), name));
  console.log(`${name}.svg`);
});
