# SPDX-License-Identifier: Apache-2.0
# Completion of meterbill for bash (zsh: autoload -U bashcompinit && bashcompinit first). Commands and options are asked of the program
# itself, so that they are those of the version that is installed.
_meterbill() {
    local word=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]} before=() at option
    for ((at = 1; at < COMP_CWORD && at < 3; at++)); do
        [[ ${COMP_WORDS[at]} == -* ]] || before+=("${COMP_WORDS[at]}")
    done
    COMPREPLY=()
    case ${COMP_WORDS[COMP_CWORD - 1]} in
    --color) mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$word"); return ;;
    esac
    if [[ $word == --* ]]; then
        option=$("$program" "${before[@]:0:1}" "${before[@]:1:1}" --help 2>/dev/null | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | sort -u)
        mapfile -t COMPREPLY < <(compgen -W "$option --help" -- "$word")
        return
    fi
    case ${#before[@]} in
    0) option=$("$program" help 2>/dev/null | sed -n 's/^  meterbill \([a-z]*\).*/\1/p' | sort -u) ;;
    1) option=$("$program" help 2>/dev/null | sed -n "s/^  meterbill ${before[0]} \([a-z-]*\)\( .*\)\{0,1\}$/\1/p" | sort -u) ;;
    *) option= ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$option" -- "$word"; [[ ${#before[@]} -gt 0 ]] && compgen -f -- "$word")
}
complete -o filenames -F _meterbill meterbill
