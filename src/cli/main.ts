#!/usr/bin/env node
// `bnas`, the command line. A command loads LibTorch only when it runs, so that help does without.

import { Command, CommanderError } from 'commander';
import { configCommand } from './config.js';
import { exitCodeOf, explain } from './failure.js';
import { fetchCommand } from './fetch.js';
import { genotypeCommand } from './genotype.js';
import { infoCommand } from './info.js';
import { runsCommand } from './runs.js';
import { sampleImageNetCommand } from './sample_imagenet.js';
import { searchCommand } from './search.js';
import { trainCommand } from './train.js';

// LibTorch's threads spin while they wait for each other. GNU OpenMP lets them spin 30 times longer by
// default, which gains nothing here, but lets one other busy process slow a search down tenfold.
process.env.GOMP_SPINCOUNT ??= '10000';

const program = new Command('bnas')
  .description('Searches broad neural architectures (BNAS-v2) and trains what it finds.')
  .addHelpText(
    'after',
    `
Examples:
  bnas search configs/quickstart.yaml
  bnas search configs/quickstart.yaml -o search.epochs=5 -o seed=7 --run runs/seed-7
  bnas search --resume runs/quickstart-search-1
  bnas train configs/quickstart.yaml --genotype runs/quickstart-search-1
  bnas train configs/quickstart.yaml --genotype BNASv2_CLR_v1

Exit codes: 0 done, 1 failed, 2 wrong command line or config, 130 interrupted (SIGINT),
143 terminated (SIGTERM); either way the run goes on with --resume.`,
  )
  .addCommand(searchCommand())
  .addCommand(trainCommand())
  .addCommand(fetchCommand())
  .addCommand(sampleImageNetCommand())
  .addCommand(genotypeCommand())
  .addCommand(runsCommand())
  .addCommand(configCommand())
  .addCommand(infoCommand());

// addCommand hands nothing down, so each command is told by itself.
for (const command of withSubcommands(program)) {
  command.exitOverride().showHelpAfterError('(--help shows how)');
  if (command.commands.length === 0) command.option('--verbose', 'show the stack of an error');
}

// A reader that has gone, as in `bnas … | head`, is no reason to end a run.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

try {
  await program.parseAsync();
} catch (error) {
  // What commander throws it has already said.
  if (!(error instanceof CommanderError)) {
    const verbose = process.argv.includes('--verbose') || Boolean(process.env.DEBUG);
    process.stderr.write(`${explain(error, verbose)}\n`);
  }
  process.exitCode = exitCodeOf(error);
}
