/**
 * Takes whom a request's headers name and returns that user, if the requester may act as them: by the verb `impersonate`,
 * or by Kubernetes 1.36's narrower pair (`impersonate:user-info` on the identity, `impersonate-on:user-info:VERB` on
 * what is done). The manner that served a requester last is tried first, and its refusal is the one told.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { badRequest, type StatusError } from '../api/status-error.ts';
import { type Attributes, forbiddenFor, type ResourceAttributes } from './attributes.ts';
import type { Authorizer } from './authorize.ts';
import { accountGroups, accountOf, anonymous, authenticated, type User, unauthenticated } from './user.ts';

export type Impersonate = (user: User, headers: IncomingHttpHeaders, attributes: Attributes) => User;

interface Wanted {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

type Manner = 'narrow' | 'plain';

export function createImpersonation(authorizer: Authorizer): Impersonate {
  const served = new Map<string, Manner>();
  return (user, headers, attributes) => {
    const wanted = wantedUser(headers);
    if (wanted === undefined) return user;
    const order: Manner[] = served.get(user.name) === 'plain' ? ['plain', 'narrow'] : ['narrow', 'plain'];
    let refusal: StatusError | undefined;
    for (const manner of order) {
      const needed = manner === 'plain' ? plainRights(wanted) : narrowRights(wanted, attributes);
      const refused = needed.find((one) => !authorizer.decide(user, one).allowed);
      if (refused === undefined) {
        served.set(user.name, manner);
        return impersonated(wanted);
      }
      refusal ??= forbiddenFor(user, refused, authorizer.decide(user, refused).reason);
    }
    if (refusal !== undefined) throw refusal;
    return user;
  };
}

function values(header: string | string[] | undefined): string[] {
  return (Array.isArray(header) ? header : (header ?? '').split(',')).map((one) => one.trim()).filter((one) => one);
}

const extraPrefix = 'impersonate-extra-';

function wantedUser(headers: IncomingHttpHeaders): Wanted | undefined {
  const text = (name: string): string => (typeof headers[name] === 'string' ? headers[name] : '');
  const [name, uid] = [text('impersonate-user'), text('impersonate-uid')];
  const groups = values(headers['impersonate-group']);
  const extra = Object.fromEntries(
    Object.entries(headers).flatMap(([header, value]) =>
      header.startsWith(extraPrefix)
        ? [[decodeURIComponent(header.slice(extraPrefix.length)), values(value)] as const]
        : [],
    ),
  );
  if (name === '' && (uid !== '' || groups.length > 0 || Object.keys(extra).length > 0))
    throw badRequest(
      `requested &user.DefaultInfo{Name:"", UID:${JSON.stringify(uid)}, Groups:${goStrings(groups)}, Extra:${goExtra(extra)}} without impersonating a user name`,
    );
  return name === '' ? undefined : { name, uid, groups, extra };
}

function goStrings(list: readonly string[]): string {
  return list.length === 0 ? '[]string(nil)' : `[]string{${list.map((one) => JSON.stringify(one)).join(', ')}}`;
}

function goExtra(extra: Readonly<Record<string, readonly string[]>>): string {
  const entries = Object.entries(extra).map(([key, list]) => `${JSON.stringify(key)}:${goStrings(list)}`);
  return entries.length === 0 ? 'map[string][]string(nil)' : `map[string][]string{${entries.join(', ')}}`;
}

function right(verb: string, group: string, resource: string, more: Partial<ResourceAttributes>): ResourceAttributes {
  return { verb, group, resource, subresource: '', namespace: '', name: '', ...more };
}

const identities = 'authentication.k8s.io';

function plainRights({ name, uid, groups, extra }: Wanted): ResourceAttributes[] {
  const account = accountOf(name);
  const verb = 'impersonate';
  return [
    account === undefined ? right(verb, '', 'users', { name }) : right(verb, '', 'serviceaccounts', account),
    ...(uid === '' ? [] : [right(verb, identities, 'uids', { name: uid })]),
    ...groups.map((group) => right(verb, '', 'groups', { name: group })),
    ...extraRights(verb, extra),
  ];
}

function extraRights(verb: string, extra: Wanted['extra']): ResourceAttributes[] {
  return Object.entries(extra).flatMap(([key, list]) =>
    list.map((value) => right(verb, identities, 'userextras', { subresource: key, name: value })),
  );
}

function narrowRights({ name, uid, groups, extra }: Wanted, attributes: Attributes): Attributes[] {
  const account = accountOf(name);
  const mode =
    account !== undefined ? 'serviceaccount' : name.startsWith('system:node:') ? 'arbitrary-node' : 'user-info';
  const verb = `impersonate:${mode}`;
  const who =
    account !== undefined
      ? right(verb, identities, 'serviceaccounts', account)
      : right(verb, identities, mode === 'arbitrary-node' ? 'nodes' : 'users', {
          name: name.replace(/^system:node:/, ''),
        });
  return [
    { ...attributes, verb: `impersonate-on:${mode}:${attributes.verb}` },
    who,
    ...(uid === '' ? [] : [right(verb, identities, 'uids', { name: uid })]),
    ...groups.map((group) => right(verb, identities, 'groups', { name: group })),
    ...extraRights(verb, extra),
  ];
}

/** The groups that everybody has come with the name. */
function impersonated({ name, uid, groups, extra }: Wanted): User {
  const account = accountOf(name);
  const given = groups.length === 0 && account !== undefined ? accountGroups(account.namespace) : groups;
  const common = name === anonymous.name ? unauthenticated : authenticated;
  return {
    name,
    ...(uid === '' ? {} : { uid }),
    groups: given.includes(common) ? given : [...given, common],
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}
