// `bnas search`: finds a genotype.

import type { Command } from 'commander';
import { loadConfig } from '../config/load.js';
import { formatGenotype } from '../models/genotypes.js';
import { makeRunCommand, type RunOptions, withRun } from './run.js';

export function searchCommand(): Command {
  return makeRunCommand('search', 'search an architecture: the genotype of both cells').action(
    async (path: string, options: RunOptions) => {
      const config = loadConfig(path, options.override);
      await withRun(config, 'search', options, async (context) => {
        const { search } = await import('../engine/search.js');
        const genotype = await search(config, context);
        process.stdout.write(`${formatGenotype(genotype)}\n`);
      });
    },
  );
}
