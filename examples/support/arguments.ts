// Flags as the original's scripts have them (Python's argparse): one line a flag, in their spelling, with
// their defaults, and the values by name.

import { relative } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';

type With<Values, Name extends string, Type> = Values & Record<Name, Type>;

/** Builds up a script's flags; `Values` is what they come to. */
export class ArgumentParser<Values = unknown> {
  readonly #command: Command;

  constructor(description: string) {
    const name = `node ${relative('.', process.argv[1] as string)}`;
    this.#command = new Command(name).description(description);
    this.#command.showHelpAfterError('(--help shows how)').helpOption('-h, --help', 'show this');
  }

  /** A word; without a default it must be given. */
  string<Name extends string>(
    name: Name,
    value: string | undefined,
    help: string,
    choices?: readonly string[],
  ): ArgumentParser<With<Values, Name, string>> {
    const option = new Option(`--${name} <text>`, help);
    return this.#add(choices ? option.choices(choices) : option, value);
  }

  /** A word that may be left out: null then, which means what `otherwise` says. */
  optional<Name extends string>(
    name: Name,
    otherwise: string,
    help: string,
  ): ArgumentParser<With<Values, Name, string | null>> {
    this.#command.addOption(new Option(`--${name} <text>`, help).default(null, otherwise));
    return this as never;
  }

  int<Name extends string>(
    name: Name,
    value: number,
    help: string,
  ): ArgumentParser<With<Values, Name, number>> {
    return this.#add(new Option(`--${name} <int>`, help).argParser(readInt), value);
  }

  float<Name extends string>(
    name: Name,
    value: number,
    help: string,
  ): ArgumentParser<With<Values, Name, number>> {
    return this.#add(new Option(`--${name} <float>`, help).argParser(readFloat), value);
  }

  /** False unless it is given. */
  flag<Name extends string>(name: Name, help: string): ArgumentParser<With<Values, Name, boolean>> {
    return this.#add(new Option(`--${name}`, help), false);
  }

  /** True unless `--no-NAME` is given, which the original has not. */
  flagOn<Name extends string>(
    name: Name,
    help: string,
  ): ArgumentParser<With<Values, Name, boolean>> {
    this.#command.addOption(new Option(`--no-${name}`, `${name} off, which the original cannot`));
    return this.#add(new Option(`--${name}`, help), true);
  }

  /** May be given many times. */
  list<Name extends string>(
    name: Name,
    help: string,
  ): ArgumentParser<With<Values, Name, string[]>> {
    const option = new Option(`-${name[0]}, --${name} <key=value>`, help);
    this.#command.addOption(
      option.argParser((text, before: string[]) => [...before, text]).default([], 'none'),
    );
    return this as never;
  }

  /** The values; a wrong command line ends the script with 2, after saying what is wrong. */
  parse(): Values {
    this.#command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
    return this.#command.parse().opts() as Values;
  }

  #add(option: Option, value: unknown): never {
    if (value === undefined) option.makeOptionMandatory();
    else option.default(value);
    this.#command.addOption(option);
    return this as never;
  }
}

function readInt(text: string): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

function readFloat(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number.');
}
