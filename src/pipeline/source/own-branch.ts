/** Branches that the daemon pushes to: one for each target, of a name that no other target has. Pure. */

export type OwnBranchKind = 'promote' | 'promote-back' | 'revert';

export interface OwnBranchNames {
  readonly branch: string;
  /** What earlier versions called it, where that is another name: it may have been that of another target too. */
  readonly earlier?: string;
}

export interface BranchTarget {
  readonly app: string;
  readonly environment: string;
}

/** `helm-gitops/promote/web-prod`, and `helm-gitops/promote/web_prod-eu`: `web-prod-eu` is that of `web-prod` in `eu`. */
export function ownBranch(kind: OwnBranchKind, { app, environment }: BranchTarget): OwnBranchNames {
  const named = (separator: string) => `helm-gitops/${kind}/${app}${separator}${environment}`;
  // No name has "_" in it, and an environment without "-" begins behind the last one.
  return environment.includes('-') ? { branch: named('_'), earlier: named('-') } : { branch: named('-') };
}

/** Who reads the same definitions sees the same targets; who reads those of another folder knows nothing of them. */
export const definitionsTrailer = (path: string): string => `Helm-Gitops-Definitions: ${path === '' ? '.' : path}`;

export interface NamedBranch extends BranchTarget {
  readonly kind: OwnBranchKind;
}

const name = '([a-z0-9-]+)';
const trailers: readonly (readonly [OwnBranchKind, RegExp])[] = [
  ['promote', new RegExp(`^Helm-Gitops-Promotion: ${name} .*→${name}$`, 'm')],
  ['promote-back', new RegExp(`^Helm-Gitops-Promotion-Back: ${name}/${name}$`, 'm')],
  ['revert', new RegExp(`^Helm-Gitops-Revert: ${name}/${name}$`, 'm')],
];

/** What the message of its commit says that a branch is for; undefined where that is not what it is called for. */
export function readOwnBranch(branch: string, message: string): NamedBranch | undefined {
  for (const [kind, trailer] of trailers) {
    const [, app = '', environment = ''] = trailer.exec(message) ?? [];
    const names = ownBranch(kind, { app, environment });
    if (app !== '' && (names.branch === branch || names.earlier === branch)) return { kind, app, environment };
  }
  return undefined;
}
