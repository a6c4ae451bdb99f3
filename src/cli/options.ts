// Options that several commands have.

import { Option } from 'commander';

export const overrideOption = () =>
  new Option('-o, --override <key=value>', 'set a key of the config; may be repeated')
    .argParser((text, before: string[]) => [...before, text])
    .default([], 'none');

export const jsonOption = () => new Option('--json', 'print JSON, for programs');
