// The set-up of torch-js alone: finds or fetches LibTorch and compiles the addon. `node binding/setup/main.mjs`
import { findLibtorch } from './libtorch.mjs';
import { buildAddon } from './native.mjs';
import { checkMachine } from './platform.mjs';
import { runMain, step } from './report.mjs';
import { findToolchain } from './toolchain.mjs';

/** First the checks that cost nothing, so that nobody downloads LibTorch and then lacks a compiler. */
export async function checkTools(env = process.env) {
  const platform = checkMachine();
  const toolchain = await step(
    ({ compiler, cmake }) => `${compiler.name} ${compiler.version}, CMake ${cmake.version}`,
    () => findToolchain(platform, env),
  );
  return { platform, toolchain };
}

/** @param {Awaited<ReturnType<typeof checkTools>>} tools */
export async function buildTorch({ platform, toolchain }, env = process.env) {
  const libtorch = await step(
    ({ version, source, folder }) => `LibTorch ${version} (${source}: ${folder})`,
    () => findLibtorch(platform, env),
  );
  await step(
    (built) => (built ? 'Addon compiled' : 'Addon up to date'),
    () => buildAddon(toolchain, libtorch, env),
  );
}

await runMain(import.meta.url, async () => buildTorch(await checkTools()));
