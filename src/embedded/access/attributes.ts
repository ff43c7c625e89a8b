/** What a request wants to do, as authorization sees it, and the 403 that says it may not. */
import { type StatusDetails, StatusError } from '../api/status-error.ts';
import type { User } from './user.ts';

export interface ResourceAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** `''` for the object itself. */
  readonly subresource: string;
  /** `''` at the cluster scope and for all namespaces. */
  readonly namespace: string;
  /** `''` for collections. */
  readonly name: string;
}

export interface PathAttributes {
  readonly verb: string;
  /** `/healthz`, `/apis/apps` */
  readonly path: string;
}

export type Attributes = ResourceAttributes | PathAttributes;

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

export function forbiddenFor(user: User, attributes: Attributes, reason: string): StatusError {
  const who = `User ${JSON.stringify(user.name)} cannot ${attributes.verb}`;
  const why = reason === '' ? '' : `: ${reason}`;
  if ('path' in attributes)
    return new StatusError(403, 'Forbidden', `forbidden: ${who} path ${JSON.stringify(attributes.path)}${why}`, {});
  const { group, resource, subresource, namespace, name } = attributes;
  const what = JSON.stringify(subresource === '' ? resource : `${resource}/${subresource}`);
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const subject = `${group === '' ? resource : `${resource}.${group}`}${name === '' ? '' : ` ${JSON.stringify(name)}`}`;
  const details: StatusDetails = {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    kind: resource,
  };
  const text = `${subject} is forbidden: ${who} resource ${what} in API group ${JSON.stringify(group)} ${where}${why}`;
  return new StatusError(403, 'Forbidden', text, details);
}
