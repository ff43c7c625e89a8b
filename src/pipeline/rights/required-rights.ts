/**
 * Takes what a release writes, looks up, takes values from and waits for, returns each right that it takes: of the account on whose behalf it
 * is deployed, and of the daemon, which watches. Verb by verb what the stages ask of the API. Pure.
 */
import type { KubernetesObject } from '../../foundation/manifest/object.ts';
import { configMaps, type Grant, type PolicyRule, type Resource, ruleFor, secrets } from './grant.ts';
import { grantingRights } from './granting-rights.ts';

export interface ReleaseNeeds {
  /** `NAMESPACE/NAME` */
  readonly daemon: string;
  /** The same as the daemon's where nobody is acted for. */
  readonly account: string;
  readonly namespace: string;
  /** Where Helm's records lie. */
  readonly records: string;
  readonly driver: 'secret' | 'configmap';
  /** Rendered now, or recorded before: each may be written, and taken away again. */
  readonly objects: readonly NeededObject[];
  readonly hooks: readonly NeededObject[];
  /** What `crds/` holds and would be written. */
  readonly crds: readonly NeededObject[];
  readonly lookups: readonly Lookup[];
  /** Secrets and ConfigMaps that hold values. */
  readonly values: readonly {
    readonly type: 'secret' | 'configMap';
    readonly name: string;
    readonly namespace?: string;
  }[];
}

export interface NeededObject {
  readonly object: KubernetesObject;
  readonly resource: Resource;
  /** `''` where the kind has none. */
  readonly namespace: string;
  /** It is followed until it is ready, or has ended. */
  readonly awaited: boolean;
  readonly hasPods: boolean;
}

/** Without a name: all of them. */
export interface Lookup {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string | undefined;
}

export function requiredRights(needs: ReleaseNeeds): Grant[] {
  const { account, daemon, namespace, records, objects, hooks, crds, lookups } = needs;
  const kind = needs.driver === 'secret' ? secrets : configMaps;
  const grants: Grant[] = [
    { account, namespace: records, rule: ruleFor(kind, 'get', 'create', 'update', 'delete') },
    { account: daemon, namespace: records, rule: ruleFor(kind, 'list', 'watch') },
    { account: daemon, namespace, rule: ruleFor({ group: '', plural: 'events' }, 'create') },
    ...[...new Set([namespace, records])].map((name) => namespaceRight(daemon, name)),
  ];
  for (const each of objects) {
    grants.push(...written(account, each, ['get', 'patch', 'delete'], ['create']));
    grants.push({ account: daemon, namespace: each.namespace, rule: ruleFor(each.resource, 'list', 'watch') });
  }
  for (const each of hooks) {
    grants.push(...written(account, each, ['get', 'patch', 'delete'], ['create']));
    if (each.awaited)
      grants.push({ account, namespace: each.namespace, rule: ruleFor(each.resource, 'list', 'watch') });
  }
  for (const each of crds) {
    grants.push(...written(account, each, ['get', 'patch'], ['create']));
    grants.push({ account: daemon, namespace: '', rule: ruleFor(each.resource, 'list', 'watch') });
  }
  for (const { resource, namespace: place, name } of lookups) {
    const rule =
      name === undefined ? ruleFor(resource, 'list') : { ...ruleFor(resource, 'get'), resourceNames: [name] };
    grants.push({ account, namespace: resource.namespaced ? place : '', rule });
  }
  for (const { type, name, namespace: place = namespace } of needs.values) {
    const rule = ruleFor(type === 'secret' ? secrets : configMaps, 'get', 'list', 'watch');
    grants.push({ account, namespace: place, rule: { ...rule, resourceNames: [name] } });
  }
  const all = [...objects, ...hooks];
  for (const each of all) grants.push(...looking(account, each));
  grants.push(
    ...grantingRights(
      account,
      all.map(({ object, namespace: place }) => ({ object, namespace: place })),
    ),
  );
  if (account !== daemon) grants.push(impersonation(daemon, account));
  return grants;
}

/** The daemon's state, which lies in one namespace. */
export function stateRights(daemon: string, namespace: string): Grant[] {
  const leases = { group: 'coordination.k8s.io', plural: 'leases', namespaced: true };
  const rules = [
    ruleFor(configMaps, 'get', 'list', 'watch', 'create', 'update', 'delete'),
    ruleFor(leases, 'get', 'create', 'update'),
  ];
  return [...rules.map((rule) => ({ account: daemon, namespace, rule })), namespaceRight(daemon, namespace)];
}

/** To ask who somebody is who approves by the API, and whether they may, and for the key by which that is known again. */
export function approvalRights(daemon: string, namespace: string, secret: string): Grant[] {
  const reviews = [
    { group: 'authentication.k8s.io', plural: 'tokenreviews' },
    { group: 'authorization.k8s.io', plural: 'subjectaccessreviews' },
  ];
  return [
    ...reviews.map((resource) => ({ account: daemon, namespace: '', rule: ruleFor(resource, 'create') })),
    { account: daemon, namespace, rule: ruleFor(secrets, 'create') },
    { account: daemon, namespace, rule: { ...ruleFor(secrets, 'get', 'update'), resourceNames: [secret] } },
  ];
}

/** Whether it is there. One that is not, nobody has rights in: it comes with the roles. */
function namespaceRight(account: string, name: string): Grant {
  const namespaces = { group: '', plural: 'namespaces' };
  return { account, namespace: '', rule: { ...ruleFor(namespaces, 'get'), resourceNames: [name] } };
}

/** What lies in no namespace is named: the right to one ClusterRole is not a right to all of them. */
function written(account: string, needed: NeededObject, named: string[], unnamed: string[]): Grant[] {
  const { object, resource, namespace } = needed;
  const grant = (rule: PolicyRule): Grant => ({ account, namespace, rule });
  const { name } = object.metadata;
  if (name === undefined) return [grant(ruleFor(resource, 'create', ...named))];
  if (resource.namespaced) return [grant(ruleFor(resource, ...unnamed, ...named))];
  return [grant(ruleFor(resource, ...unnamed)), grant({ ...ruleFor(resource, ...named), resourceNames: [name] })];
}

/** Who is to blame when it does not become ready. */
function looking(account: string, { object, namespace, awaited, hasPods }: NeededObject): Grant[] {
  if (!awaited) return [];
  const rules = [ruleFor({ group: '', plural: 'events' }, 'list')];
  if (hasPods) {
    rules.push(ruleFor({ group: '', plural: 'pods' }, 'list'), ruleFor({ group: '', plural: 'pods/log' }, 'get'));
    // A pod that never became ready keeps it from being rolled back.
    if (object.kind === 'StatefulSet') rules.push(ruleFor({ group: '', plural: 'pods' }, 'delete'));
    if (object.kind === 'Deployment') rules.push(ruleFor({ group: 'apps', plural: 'replicasets' }, 'list'));
    if (object.kind === 'DaemonSet') rules.push(ruleFor({ group: 'apps', plural: 'controllerrevisions' }, 'list'));
  }
  const grants: Grant[] = rules.map((rule) => ({ account, namespace, rule }));
  if (object.kind === 'PersistentVolumeClaim')
    grants.push({
      account,
      namespace: '',
      rule: ruleFor({ group: 'storage.k8s.io', plural: 'storageclasses' }, 'get'),
    });
  return grants;
}

function impersonation(daemon: string, account: string): Grant {
  const [namespace = '', name = ''] = account.split('/');
  const rule = { ...ruleFor({ group: '', plural: 'serviceaccounts' }, 'impersonate'), resourceNames: [name] };
  return { account: daemon, namespace, rule };
}
