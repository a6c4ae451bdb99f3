// `npm run setup`: everything between a bare clone and a built project. Repeats nothing that is done already.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from '../binding/setup/lock.mjs';
import { buildTorch, checkTools } from '../binding/setup/main.mjs';
import { announce, runMain, SetupError, step } from '../binding/setup/report.mjs';
import { run } from '../binding/setup/run.mjs';

export const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** npm ci empties node_modules, so this stamp in it can only be of the packages that are there. */
const PACKAGES_STAMP = path.join(ROOT, 'node_modules', '.setup_stamp');

export async function setUp() {
  await withLock(path.join(ROOT, '.setup.lock'), async () => {
    const tools = await checkTools();
    await step(
      (installed) => (installed ? 'npm packages installed' : 'npm packages up to date'),
      installPackages,
    );
    await buildTorch(tools);
    await step(() => 'TypeScript compiled', compileTypeScript);
  });
}

export async function installPackages() {
  const lock = fs.readFileSync(path.join(ROOT, 'package-lock.json'));
  const stamp = createHash('sha256')
    .update(lock)
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');
  const installed = fs.existsSync(PACKAGES_STAMP) && fs.readFileSync(PACKAGES_STAMP, 'utf8');
  if (installed === stamp) return false;
  announce('Installing npm packages (npm ci): about 150 MB');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // Under `npm start` this is the npm that runs us; another package manager would name itself here.
  const npm = /npm-cli\.js$/.exec(process.env.npm_execpath ?? '')?.input;
  const { code, stdout, stderr } = await (npm
    ? run(process.execPath, [npm, ...args], { cwd: ROOT })
    : run('npm', args, { cwd: ROOT }));
  const output = `${stdout}\n${stderr}`.trim();
  if (code !== 0) throw new SetupError('NPM_FAILED', 'npm ci failed:', output);
  fs.writeFileSync(PACKAGES_STAMP, stamp);
  return true;
}

async function compileTypeScript() {
  const tsc = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { code, stdout } = await run(process.execPath, [tsc, '-b'], { cwd: ROOT });
  const faults = stdout.trim();
  if (code !== 0) throw new SetupError('TYPESCRIPT_FAILED', 'TypeScript did not compile:', faults);
  removeOrphans('dist', '.');
  removeOrphans('binding/dist', 'binding/src');
}

/** tsc leaves what it made of a source that is gone, and jest would still run it. */
function removeOrphans(outputs, sources) {
  for (const file of fs.readdirSync(path.join(ROOT, outputs), { recursive: true })) {
    const source = /^(.*)\.(js|d\.ts)(\.map)?$/.exec(file)?.[1];
    if (source && !fs.existsSync(path.join(ROOT, sources, `${source}.ts`))) {
      fs.rmSync(path.join(ROOT, outputs, file));
    }
  }
}

await runMain(import.meta.url, setUp);
