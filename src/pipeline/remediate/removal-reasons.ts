/** Why a person is asked before a release goes whose definition is not there any more, and by which id. Pure. */
import { formatPlace } from '../../foundation/base/errors.ts';
import type { ReleaseState } from '../../foundation/state/release-state.ts';
import type { DefinitionsRead } from '../definitions/read-definitions.ts';
import type { ReleaseDefinition } from '../definitions/release-definition.ts';

export interface RemovalReason {
  readonly reason: string;
  readonly hint: string;
}

/** Of a release, as its state knows it. */
export type Leaving = Pick<ReleaseState, 'definition'> & {
  readonly identity: Pick<ReleaseState['identity'], 'app' | 'environment'>;
};

export const removalId = ({ identity: { app, environment } }: Pick<Leaving, 'identity'>): string =>
  `r-${app}-${environment}`;

/** What is told of the release that would go; it holds up the new one until it is gone. */
export function renameReason(leaving: Pick<Leaving, 'identity'>, to: ReleaseDefinition): RemovalReason {
  const { app, environment } = leaving.identity;
  const where = formatPlace(to.origin.place);
  return {
    reason: `application ${to.app} (${where}) seems to be ${app} under another name`,
    hint: `to keep its releases write "formerly: [${[...(to.formerly ?? []), app].join(', ')}]" into the metadata of ${to.app}; to have ${app}/${environment} uninstalled and ${to.app}/${environment} installed run: helm-gitops confirm ${removalId(leaving)}`,
  };
}

/** A file that held the definition, or one that led to it, and is no longer understood, says nothing of it. */
export function lostReason(
  { definition, identity }: Leaving,
  { strangers }: Pick<DefinitionsRead, 'strangers'>,
): RemovalReason | undefined {
  const { app, environment } = identity;
  if (definition === undefined) return undefined;
  const { file, through = [] } = definition;
  const lost = strangers.get(file);
  // Of Flux an application bears the namespace before its name.
  const isNamed = Array.isArray(lost) && lost.some((name) => name === app || app.endsWith(`.${name}`));
  const isLost = lost === 'all' || lost === 'empty' || isNamed;
  const emptied = lost === 'empty' ? undefined : through.find((leading) => strangers.get(leading.file) === 'empty');
  if (!isLost && emptied === undefined) return undefined;
  return {
    reason: emptied
      ? `${emptied.file} is empty, and ${emptied.name} led to ${app}`
      : `${file} is still there and does not define ${app} any more`,
    hint: `put the definition back; to have ${app}/${environment} uninstalled remove it from the repository with its file, or run: helm-gitops confirm ${removalId({ identity })}`,
  };
}

/** Everything would go of a release that is still defined. */
export function emptiedReason(going: number): string {
  return `nothing is rendered any more: ${going} object${going === 1 ? '' : 's'} would go`;
}

export const emptiedId = ({ app, environment }: Leaving['identity']): string => `e-${app}-${environment}`;
