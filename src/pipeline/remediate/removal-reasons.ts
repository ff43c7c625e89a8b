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

/** A file that held the definition, and is no longer understood, says nothing of it. */
export function lostReason(
  { definition, identity }: Leaving,
  { strangers }: Pick<DefinitionsRead, 'strangers'>,
): RemovalReason | undefined {
  const { app, environment } = identity;
  const lost = definition && strangers.get(definition.file);
  if (definition === undefined || lost === undefined) return undefined;
  // Of Flux an application bears the namespace before its name.
  if (lost !== 'all' && !lost.some((name) => name === app || app.endsWith(`.${name}`))) return undefined;
  return {
    reason: `${definition.file} is still there and does not define ${app} any more`,
    hint: `put the definition back; to have ${app}/${environment} uninstalled remove it from the repository with its file, or run: helm-gitops confirm ${removalId({ identity })}`,
  };
}

/** Everything would go of a release that is still defined. */
export function emptiedReason(going: number): string {
  return `nothing is rendered any more: ${going} object${going === 1 ? '' : 's'} would go`;
}

export const emptiedId = ({ app, environment }: Leaving['identity']): string => `e-${app}-${environment}`;
