# bash completion for slotflow-hooks. The candidates come from the program itself.

# Sets `text` to what the word $1 means, `quote` to the quote that is still open in it, and `kept`
# to the part of `text` that readline keeps: it replaces what follows the last break character or
# the open quote. Nothing is evaluated, because a word that is being typed must not run anything.
__slotflow_hooks_unquote() {
  local i char next before_quote=
  text='' quote='' kept=''
  for ((i = 0; i < ${#1}; i++)); do
    char=${1:i:1}
    if [[ -z $quote && $char == [\"\'] ]]; then
      quote=$char
      before_quote=$text
    elif [[ $char == "$quote" ]]; then
      quote=''
    elif [[ $char == \\ && $quote != \' ]]; then
      i=$((i + 1))
      next=${1:i:1}
      if [[ $quote == \" && $next != [\"\\\$\`] ]]; then text+=\\; fi
      text+=$next
    else
      text+=$char
      if [[ -z $quote && $char == [:=] && $COMP_WORDBREAKS == *"$char"* ]]; then kept=$text; fi
    fi
  done
  if [[ -n $quote ]]; then kept=$before_quote; fi
}

# Adds `$1`, a whole word, to COMPREPLY, in the notation that the command line needs there.
__slotflow_hooks_reply() {
  local value=${1#"$kept"}
  case $quote in
    \') value=${value//\'/\'\\\'\'} ;;
    \")
      value=${value//\\/\\\\}
      value=${value//\"/\\\"}
      value=${value//\$/\\\$}
      value=${value//\`/\\\`}
      ;;
    *)
      # Where there is no need, %q would still put a backslash before commas.
      if [[ $value == *[!A-Za-z0-9_@%+=:,./-]* ]]; then printf -v value %q "$value"; fi
      ;;
  esac
  COMPREPLY+=("$value")
}

# File names that begin with what follows `$1` in `text`.
__slotflow_hooks_files() {
  local option=$1 begin=${text#"$1"} file files
  # shellcheck disable=SC2088  # A tilde that the shell has not expanded yet.
  if [[ $begin == '~/'* ]]; then begin=$HOME/${begin:2}; fi
  files=$(
    set +f
    shopt -u failglob
    for file in "$begin"*; do
      if [[ -e $file ]]; then printf '%s\n' "$file"; fi
    done
  )
  while IFS= read -r file; do
    if [[ -z $file ]]; then
      continue
    elif compopt -o filenames 2>/dev/null; then
      file=$option$file  # readline adds the quotes
      COMPREPLY+=("${file#"$kept"}")
    else
      __slotflow_hooks_reply "$option$file"
    fi
  done <<<"$files"
}

# Sets `words` to the command's words up to the cursor, without redirections, and `redirected` where
# a redirection's file is being named. Bash's own COMP_WORDS are split at the colons of URLs and at
# equals signs.
__slotflow_hooks_words() {
  local i piece between rest=$COMP_LINE at=0 target=''
  words=() redirected=''
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    between=${rest%%"$piece"*}
    if [[ -z $piece ]]; then between=${COMP_LINE:at:COMP_POINT-at}; fi
    at=$((at + ${#between}))
    rest=${COMP_LINE:at+${#piece}}
    if ((i == COMP_CWORD)); then piece=${piece:0:COMP_POINT > at ? COMP_POINT - at : 0}; fi
    at=$((at + ${#COMP_WORDS[i]}))
    if [[ $piece == [\<\>]* ]]; then
      target=next
    elif [[ $target == next ]]; then
      target=here
      redirected=$piece
    elif [[ -z $between && ${#words[@]} -gt 0 && $target == here ]]; then
      redirected+=$piece
    elif [[ -z $between && ${#words[@]} -gt 0 ]]; then
      words[${#words[@]} - 1]+=$piece
    else
      target=''
      words+=("$piece")
    fi
  done
  if [[ -z $target ]]; then redirected=''; else words+=("$redirected"); fi
  redirected=$target
}

_slotflow_hooks() {
  local words redirected text quote kept word line lines
  local arguments=()
  COMPREPLY=()
  __slotflow_hooks_words
  for word in "${words[@]}"; do
    __slotflow_hooks_unquote "$word"
    # shellcheck disable=SC2088  # A tilde that the shell has not expanded yet.
    if [[ $word == '~/'* ]]; then arguments+=("$HOME/${text:2}"); else arguments+=("$text"); fi
  done
  if [[ -n $redirected ]]; then
    __slotflow_hooks_files ''
    return
  fi
  # An alias is nothing to run here.
  if ! type -P "${arguments[0]}" >/dev/null; then arguments[0]=slotflow-hooks; fi
  lines=$("${arguments[0]}" __complete "${arguments[@]:1}" 2>/dev/null)
  while IFS= read -r line; do
    if [[ $line == :file && $text == --*=* ]]; then
      __slotflow_hooks_files "${text%%=*}="
    elif [[ $line == :file ]]; then
      __slotflow_hooks_files ''
    elif [[ -n $line ]]; then
      __slotflow_hooks_reply "${line%%$'\t'*}"
    fi
  done <<<"$lines"
}

complete -F _slotflow_hooks slotflow-hooks
