// `bnas search`: finds a genotype.

import type { Command } from 'commander';
import { formatGenotype } from '../models/genotypes.js';
import { makeRunCommand, type RunOptions, runConfig, withRun } from './run.js';

export function searchCommand(): Command {
  return makeRunCommand('search', 'search an architecture: the genotype of both cells').action(
    async (path: string | undefined, options: RunOptions) => {
      const config = await runConfig('search', path, options);
      await withRun(config, 'search', options, async (context) => {
        const { search } = await import('../engine/search.js');
        const genotype = await search(config, context);
        process.stdout.write(`${formatGenotype(genotype)}\n`);
      });
    },
  );
}
