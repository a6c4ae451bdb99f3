#!/usr/bin/env node
// `bnas`, the command line. A command loads LibTorch only when it runs, so that help does without.

import { run } from './program.js';

// LibTorch's threads spin while they wait for each other. GNU OpenMP lets them spin 30 times longer by
// default, which gains nothing here, but lets one other busy process slow a search down tenfold.
process.env.GOMP_SPINCOUNT ??= '10000';

// A reader that has gone, as in `bnas … | head`, is no reason to end a run.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await run(process.argv.slice(2));
