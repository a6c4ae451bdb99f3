// Compiles the addon with cmake-js, and again only when what went into it has changed.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { announce, SetupError } from './report.mjs';
import { run } from './run.mjs';

const BINDING = fileURLToPath(new URL('../', import.meta.url));
/** A unit with LibTorch's headers takes about 1 GB to compile, so more at once may not fit into memory. */
const MAX_PARALLEL = 8;

/**
 * Builds binding/build/Release/torch_js.node; binding/build/VARIANT/Release/torch_js.node where TORCH_JS_SANITIZE names a
 * variant of it that looks for faults (CMakeLists.txt).
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {import('./libtorch.mjs').Libtorch} libtorch
 * @returns {Promise<boolean>} false where the addon there was already right
 */
export async function buildAddon({ compiler, cmake }, libtorch, env = process.env) {
  const { version, folder } = libtorch;
  const variant = env.TORCH_JS_SANITIZE ?? '';
  const build = path.join(BINDING, 'build', variant);
  const addon = path.join(build, 'Release', 'torch_js.node');
  // Beside the addon: what it was built from. The loader reads version and directory, set-up the rest.
  const record = path.join(build, 'Release', 'libtorch.json');
  const tools = [compiler, cmake, env.CXXFLAGS, buildPackages()];
  const settings = digest([BINDING, version, folder, tools]);
  const sources = digest(nativeSources().map((file) => [file, fs.readFileSync(file, 'utf8')]));
  const last = readRecord(record);
  if (last?.settings === settings && last.sources === sources && fs.existsSync(addon)) return false;

  announce(
    `Compiling the addon (${compiler.name} ${compiler.version}, LibTorch ${version}): about a minute at first`,
  );
  const common = ['--directory', BINDING, '--out', build];
  if (path.isAbsolute(cmake.command)) common.push('--cmake-path', cmake.command);
  if (last?.settings !== settings) {
    fs.rmSync(build, { recursive: true, force: true });
    // cmake-js looks for g++ and clang++ alone unless both are named.
    const compilers = ['--cc', compiler.command, '--cxx', compiler.command];
    const options = [`--CDLIBTORCH_DIR=${folder}`, `--CDTORCH_JS_SANITIZE=${variant}`];
    await cmakeJs(['configure', ...common, ...compilers, ...options], env);
  }
  // Without sources: a compile that fails or is killed is seen as unfinished next time.
  writeRecord(record, { version, directory: folder, settings });
  const parallel = Math.min(os.availableParallelism(), MAX_PARALLEL);
  await cmakeJs(['build', ...common, '--parallel', String(parallel)], env);
  writeRecord(record, { version, directory: folder, settings, sources });
  return true;
}

/** Versions of cmake-js and of the headers that it compiles with. */
function buildPackages() {
  return JSON.parse(fs.readFileSync(path.join(BINDING, 'package.json'), 'utf8')).dependencies;
}

/** CMakeLists.txt is one of them: CMake configures anew by itself where only that has changed. */
function nativeSources() {
  const native = path.join(BINDING, 'native');
  const sources = fs
    .readdirSync(native, { recursive: true })
    .filter((name) => /\.(cc|h)$/.test(name))
    .sort()
    .map((name) => path.join(native, name));
  return [path.join(BINDING, 'CMakeLists.txt'), ...sources];
}

function digest(value) {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

function readRecord(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function writeRecord(file, record) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);
}

async function cmakeJs(args, env) {
  const script = createRequire(import.meta.url).resolve('cmake-js/bin/cmake-js');
  // CMakeLists.txt asks node where the Node-API headers are: that must be this node.
  const PATH = [path.dirname(process.execPath), env.PATH].join(path.delimiter);
  const { code, stdout, stderr } = await run(process.execPath, [script, ...args], {
    env: { ...env, PATH },
  });
  const output = `${stdout}\n${stderr}`.trim();
  if (code !== 0) throw new SetupError('BUILD_FAILED', 'The addon did not compile.', output);
}
