# fish completion for slotflow-hooks. The candidates come from the program itself.

function __slotflow_hooks_complete
    set -l words (commandline -opc)
    # Settings before the command, such as SLOTFLOW_HOOKS_STORE=x.
    while string match -qr '^\w+=' -- $words[1]
        set -e words[1]
    end
    set words (string replace -r '^~/' "$HOME/" -- $words)
    set -l word (commandline -ct)
    # What the word means, also while a quote is open in it.
    set -l begin (
        string unescape -- $word
        or string unescape -- $word\'
        or string unescape -- $word\"
    )
    # An alias is nothing to run here.
    type -fq -- $words[1]; or set words[1] slotflow-hooks
    set -l lines (command $words[1] __complete $words[2..] "$begin" 2>/dev/null)
    if test "$lines" = :file
        set -l option (string match -r '^--[^=]*=' -- $begin)
        for file in (__fish_complete_path (string replace -r '^--[^=]*=' '' -- "$begin"))
            string join '' -- "$option" $file
        end
        return
    end
    string join \n -- $lines
end

complete -c slotflow-hooks -f -a '(__slotflow_hooks_complete)'
