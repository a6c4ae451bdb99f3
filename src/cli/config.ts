// `bnas config`: what a config amounts to, and the schema that editors check configs by.

import { Command } from 'commander';
import { formatConfig } from '../config/format.js';
import { jsonSchema } from '../config/json_schema.js';
import { loadConfig } from '../config/load.js';
import { jsonOption, overrideOption } from './options.js';
import { print, printJson } from './output.js';

export function configCommand(): Command {
  const show = new Command('show')
    .description('check a config and print all of it, each key with its meaning')
    .argument('<config>', 'the YAML file')
    .addOption(overrideOption())
    .addOption(jsonOption())
    .action((path: string, { override, json }: { override: string[]; json?: true }) => {
      const config = loadConfig(path, override);
      if (json) printJson(config);
      else print(formatConfig(config));
    });
  const schema = new Command('schema')
    .description('print the JSON Schema of configs, for editors')
    .action(() => print(jsonSchema()));
  return new Command('config')
    .description('show what a config amounts to, or the schema of configs')
    .addCommand(show)
    .addCommand(schema)
    .addHelpText(
      'after',
      `
Examples:
  bnas config show configs/b_darts.yaml -o search.epochs=10
  bnas config schema > configs/schema.json`,
    );
}
