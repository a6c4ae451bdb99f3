// Builds against other LibTorch versions and runs the tests on each: `node scripts/test_libtorch.mjs 2.11.0 2.12.0`.
// The next `npm test` builds against the default one again.
import { checkMachine } from '../binding/setup/platform.mjs';
import { runMain, SetupError, step } from '../binding/setup/report.mjs';
import { fetchWheel } from '../binding/setup/wheel.mjs';
import { runNode } from './run_node.mjs';

/** libtorch_cpu of 2.11 and later loads with the runtime of any CUDA 13; these versions have no pinned hashes. */
const requirementsOf = (version) => [
  `torch==${version}`,
  'nvidia-cuda-runtime==13.*',
  'nvidia-cuda-cupti==13.*',
];

async function testVersions() {
  const versions = process.argv.slice(2);
  if (versions.length === 0 || !versions.every((version) => /^\d+\.\d+\.\d+$/.test(version))) {
    throw new SetupError(
      'USAGE',
      'Usage: node scripts/test_libtorch.mjs VERSION... (such as 2.11.0)',
    );
  }
  const failed = [];
  for (const version of versions) {
    const folder = await step(
      () => `LibTorch ${version}`,
      () => fetchWheel(checkMachine(), 'cpu', { version, requirements: requirementsOf(version) }),
    );
    const code = await runNode(['scripts/test.mjs'], { ...process.env, LIBTORCH: folder });
    if (code !== 0) failed.push(version);
  }
  console.log(
    failed.length
      ? `✖ Failed on LibTorch ${failed.join(', ')}`
      : `✔ Passed on LibTorch ${versions.join(', ')}`,
  );
  return failed.length ? 1 : 0;
}

await runMain(import.meta.url, testVersions);
