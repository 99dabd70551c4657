// What each shell needs to complete words of `slipway`: it asks `slipway complete` and shows what that answers.
//
// An answer is a line for each candidate, a tab, and what it is. The single line ":files" means that the shell completes
// names of files, as it does by itself. No space follows a candidate that ends with : or =, since more is to come.

/**
 * Bash breaks words at : and = too (COMP_WORDBREAKS), and replaces only what stands behind the last of them: so that much
 * less is given back. It knows no descriptions.
 */
const BASH = `# slipway: completion for bash
_slipway() {
  local line=\${COMP_LINE:0:COMP_POINT} current answer
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current=\${words[-1]}
  COMPREPLY=()
  answer=$("\${words[0]}" complete -- "\${words[@]:1}" 2>/dev/null) || return
  if [[ $answer == :files ]]; then
    compopt -o default
    return
  fi
  mapfile -t COMPREPLY < <(printf '%s' "$answer" | cut -f 1)
  if [[ $current == *[:=]* ]]; then
    local before=\${current%"\${current##*[:=]}"}
    COMPREPLY=("\${COMPREPLY[@]#"$before"}")
  fi
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *[:=] ]] && compopt -o nospace
}
complete -F _slipway slipway
`;

const ZSH = `#compdef slipway
# slipway: completion for zsh
_slipway() {
  local line word about
  local -a answer whole begun whole_about begun_about
  answer=("\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ $answer[1] == :files ]]; then
    _files
    return
  fi
  for line in $answer; do
    word=\${line%%$'\\t'*}
    about=\${line#*$'\\t'}
    if [[ $word == *[:=] ]]; then
      begun+=("$word") begun_about+=("$word  $about")
    else
      whole+=("$word") whole_about+=("$word  $about")
    fi
  done
  (( $#whole )) && compadd -l -d whole_about -- $whole
  (( $#begun )) && compadd -l -S '' -d begun_about -- $begun
}
compdef _slipway slipway
`;

const FISH = `# slipway: completion for fish
function __slipway_complete
    set -l words (commandline -opc)
    set -l answer ($words[1] complete -- $words[2..] (commandline -ct) 2>/dev/null)
    if test "$answer[1]" = ':files'
        __fish_complete_path (commandline -ct)
    else
        printf '%s\\n' $answer
    end
end
complete -c slipway -f -a '(__slipway_complete)'
`;

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;

export type Shell = keyof typeof SCRIPTS;

export const SHELLS = Object.keys(SCRIPTS) as Shell[];

export function isShell(text: string): text is Shell {
  return Object.hasOwn(SCRIPTS, text);
}

export function scriptFor(shell: Shell): string {
  return SCRIPTS[shell];
}
