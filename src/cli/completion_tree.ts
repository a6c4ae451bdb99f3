// What can be typed where, read off commander's own commands: what the completion of every shell is made from.

import type { Argument, Command, Option } from 'commander';
import type { z } from 'zod';
import { schema } from '../config/schema.js';
import { sectionKeys } from '../config/values.js';
import { GENOTYPES } from '../models/genotypes.js';

/** What may stand somewhere. */
export interface Values {
  words: readonly string[];
  /** Whether a file or folder may, too. */
  files: boolean;
  /** Whether a word is the beginning of what is typed: `seed=`. */
  begins: boolean;
}

export interface CompletedOption {
  short?: string;
  long: string;
  description: string;
  /** Null where it takes none. */
  values: Values | null;
}

/** A command, and what may follow it. */
export interface Place {
  /** Its names from the program's on, without that: `genotype show`. */
  path: string;
  subcommands: readonly { name: string; description: string }[];
  options: readonly CompletedOption[];
  arguments: Values;
}

/** The program, and all commands below it. */
export function placesOf(command: Command, path = ''): Place[] {
  const help = command.createHelp();
  const subcommands = help.visibleCommands(command).filter((sub) => command.commands.includes(sub));
  return [
    {
      path,
      subcommands: subcommands.map((sub) => ({
        name: sub.name(),
        description: sub.description(),
      })),
      options: help.visibleOptions(command).map(completed),
      arguments: together(command.registeredArguments.map(valuesOf)),
    },
    ...subcommands.flatMap((sub) => placesOf(sub, `${path} ${sub.name()}`.trimStart())),
  ];
}

function completed(option: Option): CompletedOption {
  const { short, long, description } = option;
  const values = option.required || option.optional ? valuesOf(option) : null;
  return { short, long: long as string, description, values };
}

/** By its choices, or by what it is called: `<file>`. */
function valuesOf(option: Option | Argument): Values {
  const kind = 'flags' in option ? /<([\w=]+)>/.exec(option.flags)?.[1] : option.name();
  const choices = option.argChoices ?? [];
  if (choices.length > 0) return { words: choices, files: false, begins: false };
  if (kind === 'key=value') return { words: configKeys(), files: false, begins: true };
  const words = kind === 'genotype' ? Object.keys(GENOTYPES) : [];
  return { words, files: !NO_FILES.has(kind), begins: false };
}

const NO_FILES: ReadonlySet<string | undefined> = new Set(['number', 'pixels', 'address']);

function together(all: readonly Values[]): Values {
  return {
    words: [...new Set(all.flatMap(({ words }) => words))],
    files: all.some(({ files }) => files),
    begins: false,
  };
}

/** `search.epochs=`, for every key that a config may set. */
function configKeys(section: z.ZodType = schema, path = ''): string[] {
  const keys = sectionKeys(section);
  if (keys === undefined) return [`${path}=`];
  return Object.entries(keys)
    .filter(([name]) => name !== 'extends')
    .flatMap(([name, inner]) => configKeys(inner, path ? `${path}.${name}` : name));
}
