// `npm start [-- OPTIONS OF BNAS]`: set-up, then the quickstart: searches an architecture and trains what it found.
// `npm start -- -o search.epochs=1 -o training.epochs=1` makes it shorter.
import fs from 'node:fs';
import path from 'node:path';
import { runMain } from '../binding/setup/report.mjs';
import { runNode } from './run_node.mjs';
import { ROOT, setUp } from './setup.mjs';

const CONFIG = 'configs/quickstart.yaml';

async function start() {
  const begin = performance.now();
  const options = process.argv.slice(2);
  await setUp();
  const run = nextRunFolder();
  const search = path.join(run, 'search');
  const commands = [
    ['search', CONFIG, '--run', search],
    ['train', CONFIG, '--run', path.join(run, 'train'), '--genotype', search],
  ];
  for (const command of commands) {
    console.log(`\n▶ bnas ${command.join(' ')} ${options.join(' ')}`);
    const code = await runNode(['dist/src/cli/main.js', ...command, ...options]);
    if (code !== 0) return code;
  }
  const minutes = (performance.now() - begin) / 60_000;
  console.log(
    `\n✔ Done in ${minutes.toFixed(1)} min. The cells are drawn in ${search}/genotype.svg`,
  );
}

/** The next free runs/quickstart-N; bnas makes it, so that a wrong option leaves no empty folder. */
function nextRunFolder() {
  for (let number = 1; ; number++) {
    const folder = path.join('runs', `quickstart-${number}`);
    if (!fs.existsSync(path.join(ROOT, folder))) return folder;
  }
}

await runMain(import.meta.url, start);
