// `npm run lint`: all that can be judged without running the code. `npm run format` mends what can be mended.
import fs from 'node:fs';
import path from 'node:path';
import { runMain } from '../binding/setup/report.mjs';
import { run } from '../binding/setup/run.mjs';
import { installPackages, ROOT } from './setup.mjs';

const NATIVE = 'binding/native';
const FOLDERS = [
  'src',
  'binding/src',
  'binding/setup',
  'binding/tools',
  'scripts',
  'examples',
  'benchmarks',
  '__tests__',
];

const nativeFiles = fs
  .readdirSync(path.join(ROOT, NATIVE), { recursive: true })
  .filter((name) => /\.(cc|h)$/.test(name))
  .map((name) => path.join(NATIVE, name));

/** What each proves, the tool, its arguments. */
const CHECKS = [
  ['Format and rules', 'biome', 'check', '--error-on-warnings'],
  ['Format of the C++', 'clang-format', '--dry-run', '-Werror', ...nativeFiles],
  ['Types', 'tsc', '-b'],
  ['Direction of imports', 'depcruise', '--config', '.dependency-cruiser.mjs', ...FOLDERS],
];

const FIXES = [
  ['Mended format and rules', 'biome', 'check', '--write'],
  ['Mended format of the C++', 'clang-format', '-i', ...nativeFiles],
];

async function lint() {
  await installPackages();
  const fix = process.argv.includes('--fix');
  let failures = 0;
  for (const [name, tool, ...args] of fix ? FIXES : CHECKS) {
    const bin = path.join(ROOT, 'node_modules', '.bin', tool);
    const { code, stdout, stderr } = await run(bin, args, { cwd: ROOT });
    failures += report(name, code === 0 ? undefined : `${stdout}${stderr}`);
  }
  if (!fix) failures += report('No host in package-lock.json', hostInLock());
  return failures ? 1 : 0;
}

function report(name, fault) {
  console.log(fault ? `✖ ${name}\n${fault}` : `✔ ${name}`);
  return fault ? 1 : 0;
}

/** A package is fetched from wherever npm is set up to look, not from where the last author's npm looked. */
function hostInLock() {
  const lock = fs.readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8');
  return /"resolved": "\w+:\/\/.*/.exec(lock)?.[0];
}

await runMain(import.meta.url, lint);
