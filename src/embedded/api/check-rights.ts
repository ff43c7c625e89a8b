/** Rights that only show in the middle of a write: to create what a patch or PUT brings into being, to grant what is granted. */

import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { forbiddenFor } from '../access/attributes.ts';
import { checkGrant } from '../access/check-grant.ts';
import type { ApiRequest } from './api-context.ts';

export function checkMayCreate({ access, type, namespace, name }: ApiRequest): void {
  if (access === undefined) return;
  const attributes = { verb: 'create', group: type.group, resource: type.plural, subresource: '', namespace, name };
  const { allowed, reason } = access.authorizer.decide(access.user, attributes);
  if (!allowed) throw forbiddenFor(access.user, attributes, reason);
}

export function checkMayGrant(
  { access, context, type }: ApiRequest,
  object: KubernetesObject,
  before: KubernetesObject | undefined,
): void {
  if (access === undefined) return;
  checkGrant({ ...access, objects: context.objects, type, object, before });
}
