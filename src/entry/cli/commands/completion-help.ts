/** What a shell does with what `completion` prints. */
export const completionHelp = `
bash: in ~/.bashrc
  source <(helm-gitops completion bash)
zsh: in ~/.zshrc, behind compinit
  source <(helm-gitops completion zsh)
fish: once
  helm-gitops completion fish > ~/.config/fish/completions/helm-gitops.fish
`;
