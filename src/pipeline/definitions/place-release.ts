/** Takes what a definition says of where its release lies and how it is called, returns the names, or throws at what is none. */
import { HelmGitopsError, type Place } from '../../foundation/base/errors.ts';
import type { PlacedText } from './foreign/foreign-application.ts';
import type { LocatedSettings } from './locate-settings.ts';
import { renderTemplate, type Variables } from './render-template.ts';

interface Asked {
  readonly application: { readonly place: Place };
  /** Where nothing says another. */
  readonly namespace: string;
}

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const helmName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export function namespaceOf(settings: LocatedSettings, request: Asked, variables: Variables): string {
  const place = settings.places?.namespace ?? request.application.place;
  const namespace = renderTemplate({ text: settings.namespace ?? request.namespace, place }, variables);
  return checkNamespace({ text: namespace, place });
}

/** Undefined: where the release is. */
export function storageNamespaceOf(
  settings: LocatedSettings,
  { application }: Asked,
  variables: Variables & { readonly namespace: string },
): string | undefined {
  if (settings.storageNamespace === undefined) return undefined;
  const place = settings.places?.storageNamespace ?? application.place;
  const text = renderTemplate({ text: settings.storageNamespace, place }, variables);
  return elsewhere({ text, place }, variables.namespace);
}

/** Undefined: where the release is. */
export function elsewhere(storage: PlacedText | undefined, namespace: string): string | undefined {
  return storage === undefined || storage.text === namespace ? undefined : checkNamespace(storage);
}

export function checkNamespace({ text: namespace, place }: PlacedText): string {
  if (label.test(namespace)) return namespace;
  throw wrong(`${JSON.stringify(namespace)} cannot be the name of a namespace`, place);
}

export function releaseNameOf(settings: LocatedSettings, otherwise: Place, variables: Variables): string {
  const place = settings.places?.releaseName ?? otherwise;
  return checkReleaseName({
    text: renderTemplate({ text: settings.releaseName ?? '{{app}}', place }, variables),
    place,
  });
}

export function checkReleaseName({ text: name, place }: PlacedText): string {
  if (name.length <= 53 && helmName.test(name)) return name;
  const message = `${JSON.stringify(name)} cannot be the name of a release`;
  throw wrong(message, place, 'at most 53 lower-case letters, digits, "-" and "."');
}

function wrong(message: string, place: Place, hint?: string): HelmGitopsError {
  return new HelmGitopsError('definition.invalid', 'user', message, { place, hint });
}
