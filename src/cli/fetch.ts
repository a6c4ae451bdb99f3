// `bnas fetch`: data sets ahead of the runs that want them, as on a cluster whose nodes have no network.

import { Argument, Command } from 'commander';
import { type DatasetName, PUBLISHED } from '../data/constants.js';

interface Options {
  folder: string;
  mirror: string;
  quiet?: true;
}

export function fetchCommand(): Command {
  return new Command('fetch')
    .description('fetch data sets that are published; runs do so by themselves')
    .addArgument(new Argument('<sets...>', 'which').choices(Object.keys(PUBLISHED)))
    .option('--folder <folder>', "where the data sets lie, as a config's data.folder", 'data')
    .option('--mirror <address>', "another server, as a config's data.mirror", 'official')
    .option('--quiet', 'print the result only')
    .addHelpText(
      'after',
      `
Broken off, the same command goes on where it was.

Examples:
  bnas fetch cifar10 fashion
  bnas fetch svhn --folder /data --mirror http://fileserver:8000`,
    )
    .action(async (sets: DatasetName[], { folder, mirror, quiet }: Options) => {
      const { progressOn, silent } = await import('../engine/progress.js');
      const { provideData } = await import('../engine/provide_data.js');
      const progress = quiet ? silent : progressOn(process.stderr);
      const stop = new AbortController();
      process.once('SIGINT', (signal) => stop.abort(signal));
      for (const dataset of sets) {
        const data = { dataset, folder, mirror, download: true };
        await provideData(data, { progress, signal: stop.signal });
        process.stdout.write(`${dataset} is in ${folder}\n`);
      }
    });
}
