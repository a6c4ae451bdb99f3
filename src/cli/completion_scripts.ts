// Scripts that complete `bnas` as it is typed. They know all of it by themselves: no key waits for Node to start.

import type { Place, Values } from './completion_tree.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

export function completionScript(shell: Shell, places: readonly Place[]): string {
  if (shell === 'fish') return fish(places);
  // zsh has a layer for what was written for bash.
  const layer =
    '(( $+functions[compdef] )) || { autoload -U +X compinit && compinit }\n' +
    'autoload -U +X bashcompinit && bashcompinit\n';
  return (shell === 'zsh' ? layer : '') + bash(places);
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

const below = (places: readonly Place[]) =>
  places.filter(({ path }) => path !== '').map(({ path }) => step(path));

/** A command's path as `$at $word` has it: ' search', 'genotype show'. */
const step = (path: string) => quoted(path.includes(' ') ? path : ` ${path}`);

function bash(places: readonly Place[]): string {
  const offer = ({ words, files, begins }: Values) =>
    `_bnas_offer ${quoted(words.join(' '))} ${files ? 'files' : "''"} ${begins ? 'nospace' : ''}`.trimEnd();
  const values = places.flatMap(({ path, options }) =>
    options.flatMap(({ short, long, values }) => {
      if (values === null) return [];
      const named = [short, long].filter((flag) => flag !== undefined);
      const patterns = named.map((flag) => quoted(`${path} ${flag}`)).join(' | ');
      return [`    ${patterns}) ${offer(values)} && return ;;`];
    }),
  );
  const following = places.map((place) => {
    const flags = place.options.flatMap(({ short, long }) => (short ? [short, long] : [long]));
    const names = place.subcommands.map(({ name }) => name);
    const { words, files } = place.arguments;
    const rest = { words: [...names, ...words], files, begins: false };
    return `    ${quoted(place.path)}) [[ $cur == -* ]] && _bnas_offer ${quoted(flags.join(' '))} '' || ${offer(rest)} ;;`;
  });
  return `# Completion of bnas. Once: source <(bnas completion bash), in zsh: source <(bnas completion zsh)
_bnas_offer() { # words, whether files too, whether what is typed goes on behind a word
  local IFS=$' \\t\\n'
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
  if [[ $2 == files ]]; then
    IFS=$'\\n'
    COMPREPLY+=($(compgen -f -- "$cur"))
    compopt -o filenames 2>/dev/null
  fi
  if [[ $3 == nospace ]]; then compopt -o nospace 2>/dev/null; fi
  return 0
}
_bnas() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} at= word
  COMPREPLY=()
  # The shell takes = for a word of its own.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for word in "\${COMP_WORDS[@]:1:$((COMP_CWORD - 1))}"; do
    case "$at $word" in
    ${below(places).join(' | ')}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at $prev" in
${values.join('\n')}
  esac
  case "$at" in
${following.join('\n')}
  esac
}
complete -F _bnas bnas
`;
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, subcommands, options, arguments: follows }) => {
    const here = `complete -c bnas -n ${quoted(`__bnas_at ${path}`.trimEnd())}`;
    const offered = ({ words, files }: Values) =>
      [files ? '-F' : '-f', ...(words.length > 0 ? [`-a ${quoted(words.join(' '))}`] : [])].join(
        ' ',
      );
    return [
      ...subcommands.map(
        ({ name, description }) => `${here} -f -a ${name} -d ${quoted(description)}`,
      ),
      ...options.map(({ short, long, description, values }) => {
        const flags = `${short ? `-s ${short.slice(1)} ` : ''}-l ${long.slice(2)}`;
        const taken = values ? ` -r ${offered(values)}` : '';
        return `${here} ${flags}${taken} -d ${quoted(description)}`;
      }),
      ...(follows.files || follows.words.length > 0 ? [`${here} ${offered(follows)}`] : []),
    ];
  });
  return `# Completion of bnas. Once: bnas completion fish | source
function __bnas_at
    set -l at ''
    for word in (commandline -opc)[2..]
        if contains -- "$at $word" ${below(places).join(' ')}
            set at (string trim -- "$at $word")
        end
    end
    test "$at" = "$argv"
end
complete -c bnas -f
${lines.join('\n')}
`;
}
