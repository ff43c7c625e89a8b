/** Branches that the daemon pushes to: one for each target, of a name that no other target has. Pure. */

export interface OwnBranchNames {
  readonly branch: string;
  /** What earlier versions called it, where that is another name: it may have been that of another target too. */
  readonly earlier?: string;
}

interface BranchTarget {
  readonly app: string;
  readonly environment: string;
}

/** `helm-gitops/promote/web-prod`, and `helm-gitops/promote/web_prod-eu`: `web-prod-eu` is that of `web-prod` in `eu`. */
export function ownBranch(
  kind: 'promote' | 'promote-back' | 'revert',
  { app, environment }: BranchTarget,
): OwnBranchNames {
  const named = (separator: string) => `helm-gitops/${kind}/${app}${separator}${environment}`;
  // No name has "_" in it, and an environment without "-" begins behind the last one.
  return environment.includes('-') ? { branch: named('_'), earlier: named('-') } : { branch: named('-') };
}
