# SPDX-License-Identifier: Apache-2.0
# Completion of meterbill for fish. What may come next is asked of the program itself, so that it is that of the version installed.
function __meterbill_complete
    set -l words (commandline -opc)
    for line in ($words[1] complete -- $words[2..-1] (commandline -ct) 2>/dev/null)
        if test $line = :files
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c meterbill -f -a '(__meterbill_complete)'
