// `bnas completion`: the script by which a shell completes `bnas` as it is typed.

import { Argument, Command } from 'commander';
import { completionScript, SHELLS, type Shell } from './completion_scripts.js';
import { placesOf } from './completion_tree.js';
import { print } from './output.js';

export function completionCommand(): Command {
  return new Command('completion')
    .description(
      'print the script by which a shell completes commands, options, config keys, names',
    )
    .addArgument(new Argument('<shell>', 'which').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples, for the shell's start-up file:
  source <(bnas completion bash)     # ~/.bashrc; zsh: ~/.zshrc
  bnas completion fish | source      # ~/.config/fish/config.fish`,
    )
    .action((shell: Shell, _options: object, command: Command) => {
      print(completionScript(shell, placesOf(command.parent as Command)));
    });
}
