// `npm run sanitize [-- BUILD...] [-- JEST ARGUMENTS]`: torch-js's tests, random misuse among them, on builds that look for
// faults: `address` (AddressSanitizer), `debug` (-O0, assertions), `fence` (memory ends at a forbidden page). All by default.
import { runMain, SetupError } from '../binding/setup/report.mjs';
import { run } from '../binding/setup/run.mjs';
import { runNode } from './run_node.mjs';
import { setUp } from './setup.mjs';

const BUILDS = ['address', 'debug', 'fence'];

async function sanitize(args) {
  const split = args.findIndex((arg) => arg.startsWith('-'));
  const named = split < 0 ? args : args.slice(0, split);
  const rest = split < 0 ? [] : args.slice(split);
  const unknown = named.find((name) => !BUILDS.includes(name));
  if (unknown) {
    throw new SetupError(
      'USAGE',
      `There is no build '${unknown}': choose from ${BUILDS.join(', ')}.`,
    );
  }
  await setUp();
  let failures = 0;
  for (const build of named.length ? named : BUILDS) {
    const env = { ...process.env, TORCH_JS_SANITIZE: build };
    const made = await runNode(['binding/setup/main.mjs'], env);
    const code =
      made ||
      (await runNode(
        [...JEST, ...(rest.length ? rest : ['binding/'])],
        await environment(build, env),
      ));
    console.log(code ? `✖ ${build}: exit code ${code}` : `✔ ${build}`);
    failures += code ? 1 : 0;
  }
  return failures ? 1 : 0;
}

const JEST = [
  '--experimental-vm-modules',
  '--no-warnings=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];

/** AddressSanitizer must be in the process before anything else; Node itself is not built with it. */
async function environment(build, env) {
  if (build !== 'address') return env;
  const { stdout } = await run(env.CXX ?? 'g++', ['-print-file-name=libasan.so']);
  return {
    ...env,
    LD_PRELOAD: stdout.trim(),
    // Node and LibTorch keep memory to their end, which is no leak of ours; ours are counted by the tests.
    ASAN_OPTIONS: 'detect_leaks=0:alloc_dealloc_mismatch=0:allocator_may_return_null=1',
  };
}

await runMain(import.meta.url, () => sanitize(process.argv.slice(2)));
