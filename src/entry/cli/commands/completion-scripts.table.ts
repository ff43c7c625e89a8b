/**
 * What a shell is given for completion. Each asks `__complete` for what may stand in place of the last word, a candidate a
 * line, with its summary behind a tab; none: the shell's own completion of file names.
 */

export const completionScripts = {
  bash: `_helm_gitops() {
  local IFS=$'\\n'
  COMPREPLY=($("\${COMP_WORDS[0]}" __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o bashdefault -o default -F _helm_gitops helm-gitops
`,
  zsh: `#compdef helm-gitops
_helm_gitops() {
  local -a found
  found=("\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=("\${(@)found//:/\\\\:}")
  found=("\${(@)found/$'\\t'/:}")
  if [[ -n "\${found[1]}" ]]; then _describe helm-gitops found; else _files; fi
}
if [[ "\${funcstack[1]}" == _helm-gitops ]]; then _helm_gitops; else compdef _helm_gitops helm-gitops; fi
`,
  fish: `function __helm_gitops_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found ($words[1] __complete $words[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c helm-gitops -f -a '(__helm_gitops_complete)'
`,
} as const;
