#compdef meterbill
# SPDX-License-Identifier: Apache-2.0
# Completion of meterbill for zsh. What may come next is asked of the program itself, so that it is that of the version installed.
_meterbill() {
    local line word meaning files=
    local -a found
    for line in "${(@f)$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        case $line in
        :files) files=yes ;;
        ?*)
            word=${${line%%$'\t'*}//:/\\:} meaning=${line#*$'\t'}
            found+=("$word${meaning:+:$meaning}")
            ;;
        esac
    done
    ((${#found})) && _describe -V meterbill found
    [[ -z $files ]] || _files
}
if [[ $funcstack[1] == _meterbill ]]; then _meterbill "$@"; else compdef _meterbill meterbill; fi
