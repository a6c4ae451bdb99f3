// The commands of `bnas`, and what a command line comes to.

import { Command, CommanderError } from 'commander';
import { completionCommand } from './completion.js';
import { configCommand } from './config.js';
import { evaluateCommand } from './evaluate.js';
import { exitCodeOf, explain } from './failure.js';
import { fetchCommand } from './fetch.js';
import { genotypeCommand } from './genotype.js';
import { infoCommand } from './info.js';
import { runsCommand } from './runs.js';
import { sampleImageNetCommand } from './sample_imagenet.js';
import { searchCommand } from './search.js';
import { trainCommand } from './train.js';

/**
 * Does what a command line asks for.
 *
 * @param args What follows the program's name.
 * @returns the exit code; whatever went wrong has been said.
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await program().parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // What commander throws it has already said.
    if (!(error instanceof CommanderError)) {
      const verbose = args.includes('--verbose') || Boolean(process.env.DEBUG);
      process.stderr.write(`${explain(error, verbose)}\n`);
    }
    return exitCodeOf(error);
  }
}

function program(): Command {
  const bnas = new Command('bnas')
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
    .addCommand(evaluateCommand())
    .addCommand(fetchCommand())
    .addCommand(sampleImageNetCommand())
    .addCommand(genotypeCommand())
    .addCommand(runsCommand())
    .addCommand(configCommand())
    .addCommand(infoCommand())
    .addCommand(completionCommand());
  // addCommand hands nothing down, so each command is told by itself.
  for (const command of withSubcommands(bnas)) {
    command.exitOverride().showHelpAfterError('(--help shows how)');
    if (command.commands.length === 0) command.option('--verbose', 'show the stack of an error');
  }
  return bnas;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
