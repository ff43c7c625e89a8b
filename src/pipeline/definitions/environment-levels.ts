/** What the levels of an application say of one environment beside its settings: the innermost that says anything counts. */
import type { ReleaseDefinition } from './release-definition.ts';
import { renderTemplate, type Variables } from './render-template.ts';
import type { ReleaseRequest } from './resolve-release.ts';

export function pinOf(
  { defaults, application, environment }: ReleaseRequest,
  variables: Variables,
): Pick<ReleaseDefinition, 'pin'> {
  const levels = [...defaults, application].map((level) => level?.environments?.get(environment)?.pin);
  const pin = levels.findLast((one) => one !== undefined);
  if (pin === undefined) return {};
  const revision = renderTemplate({ text: pin.revision, place: pin.place }, variables);
  return { pin: { revision, place: pin.place } };
}

export function promoteOf({
  defaults,
  application,
  environment,
  environmentDefinition,
}: ReleaseRequest): Pick<ReleaseDefinition, 'promote'> {
  const own = application.environments?.get(environment)?.promote;
  const folders = defaults.map(({ environments }) => environments?.get(environment)?.promote);
  const general = [environmentDefinition?.promote, ...folders].findLast((one) => one !== undefined);
  const promote = own ?? general;
  return promote === undefined ? {} : { promote: { ...promote, general: own === undefined } };
}
