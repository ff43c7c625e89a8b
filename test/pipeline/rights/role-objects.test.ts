import { describe, expect, test } from 'vitest';
import type { PolicyRule } from '../../../src/pipeline/rights/grant.ts';
import { grantingRights } from '../../../src/pipeline/rights/granting-rights.ts';
import { approvalRights, requiredRights, stateRights } from '../../../src/pipeline/rights/required-rights.ts';
import { mergeRules, roleObjects } from '../../../src/pipeline/rights/role-objects.ts';

const rule = (resources: string, verbs: string, more: Partial<PolicyRule> = {}): PolicyRule => ({
  apiGroups: [''],
  resources: resources.split(' '),
  verbs: verbs.split(' '),
  ...more,
});

describe('rules', () => {
  test.each<[string, PolicyRule[], PolicyRule[]]>([
    [
      'verbs of one resource come together, in their order',
      [rule('pods', 'watch'), rule('pods', 'get list'), rule('pods', 'get')],
      [rule('pods', 'get list watch')],
    ],
    [
      'resources with the same verbs become one rule',
      [rule('services', 'get'), rule('pods', 'get')],
      [rule('pods services', 'get')],
    ],
    [
      'but not those of different groups',
      [rule('a', 'get'), rule('b', 'get', { apiGroups: ['x'] })],
      [rule('a', 'get'), rule('b', 'get', { apiGroups: ['x'] })],
    ],
    [
      'names with the same verbs become one rule',
      [rule('secrets', 'get', { resourceNames: ['b'] }), rule('secrets', 'get', { resourceNames: ['a'] })],
      [rule('secrets', 'get', { resourceNames: ['a', 'b'] })],
    ],
    [
      'a name adds nothing to a right to all',
      [rule('secrets', 'get list', { resourceNames: ['a'] }), rule('secrets', 'get')],
      [rule('secrets', 'list', { resourceNames: ['a'] }), rule('secrets', 'get')],
    ],
    [
      'names of different resources stay apart',
      [rule('a', 'get', { resourceNames: ['x'] }), rule('b', 'get', { resourceNames: ['y'] })],
      [rule('a', 'get', { resourceNames: ['x'] }), rule('b', 'get', { resourceNames: ['y'] })],
    ],
    [
      'URLs stand by themselves',
      [{ nonResourceURLs: ['/b', '/a'], verbs: ['get'] }],
      [{ nonResourceURLs: ['/a', '/b'], verbs: ['get'] }],
    ],
    ['nothing', [], []],
  ])('%s', (_name, rules, expected) => {
    expect(mergeRules(rules)).toEqual(expected);
    expect(mergeRules([...rules].reverse())).toEqual(expected);
  });
});

test('a Role for each account and namespace, a ClusterRole for what lies in none, each with its binding', () => {
  const grant = (account: string, namespace: string) => ({ account, namespace, rule: rule('pods', 'get') });
  const objects = roleObjects([grant('ops/robot', 'web'), grant('gitops/daemon', 'web'), grant('gitops/daemon', '')]);
  expect(objects.map(({ kind, metadata }) => [kind, metadata.namespace, metadata.name])).toEqual([
    ['ClusterRole', undefined, 'helm-gitops:gitops:daemon'],
    ['ClusterRoleBinding', undefined, 'helm-gitops:gitops:daemon'],
    ['Role', 'web', 'helm-gitops:gitops:daemon'],
    ['RoleBinding', 'web', 'helm-gitops:gitops:daemon'],
    ['Role', 'web', 'helm-gitops:ops:robot'],
    ['RoleBinding', 'web', 'helm-gitops:ops:robot'],
  ]);
  expect(objects.at(-1)).toMatchObject({
    roleRef: { kind: 'Role', name: 'helm-gitops:ops:robot' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'ops', name: 'robot' }],
  });
});

const rbac = 'rbac.authorization.k8s.io/v1';
const placed = (kind: string, name: string, more: object, namespace = 'web') => ({
  object: { apiVersion: rbac, kind, metadata: { name }, ...more },
  namespace,
});
const ref = (kind: string, name: string) => ({ roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name } });

describe('who grants rights', () => {
  test.each([
    ['holds the rules of a role', [placed('Role', 'r', { rules: [rule('pods', 'get')] })], ['web get pods']],
    [
      'holds those of a cluster role everywhere',
      [placed('ClusterRole', 'r', { rules: [rule('pods', 'get')] }, '')],
      [' get pods'],
    ],
    [
      'may bind a role of others, by its name',
      [placed('RoleBinding', 'b', ref('ClusterRole', 'view'))],
      ['web bind clusterroles view'],
    ],
    [
      'and everywhere',
      [placed('ClusterRoleBinding', 'b', ref('ClusterRole', 'view'), '')],
      [' bind clusterroles view'],
    ],
    [
      'needs not bind what it renders itself',
      [placed('Role', 'r', { rules: [] }), placed('RoleBinding', 'b', ref('Role', 'r'))],
      [],
    ],
    [
      'may escalate what others fill',
      [placed('ClusterRole', 'r', { aggregationRule: {} }, '')],
      [' escalate clusterroles r'],
    ],
    ['is not misled by what is no role', [placed('Role', 'r', { rules: 'all' }), placed('RoleBinding', 'b', {})], []],
  ])('%s', (_name, objects, expected) => {
    const grants = grantingRights('a/b', objects);
    expect(
      grants.map(({ namespace, rule: { verbs, resources = [], resourceNames = [] } }) =>
        [namespace, verbs.join(), resources.join(), ...resourceNames].join(' '),
      ),
    ).toEqual(expected);
  });
});

test('the daemon watches and keeps its state; the account that it acts for does the rest', () => {
  const resource = { group: 'apps', plural: 'deployments', namespaced: true };
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } };
  const grants = requiredRights({
    daemon: 'gitops/daemon',
    account: 'web/deployer',
    namespace: 'web',
    records: 'web',
    driver: 'secret',
    objects: [{ object, resource, namespace: 'web', awaited: true, hasPods: true }],
    hooks: [],
    crds: [],
    lookups: [{ resource: { group: '', plural: 'nodes', namespaced: false }, namespace: '', name: undefined }],
    values: [{ type: 'secret', name: 'web-values' }],
  });
  const of = (account: string) =>
    grants
      .filter((grant) => grant.account === account)
      .map(({ namespace, rule: { resources = [], verbs, resourceNames = [] } }) =>
        `${namespace} ${resources} ${verbs} ${resourceNames}`.trim(),
      );
  expect(of('gitops/daemon')).toEqual([
    'web secrets list,watch',
    'web events create',
    'namespaces get web',
    'web deployments list,watch',
    'web serviceaccounts impersonate deployer',
  ]);
  expect(of('web/deployer')).toEqual([
    'web secrets get,create,update,delete',
    'web deployments create,get,patch,delete',
    'nodes list',
    'web secrets get,list,watch web-values',
    'web events list',
    'web pods list',
    'web pods/log get',
    'web replicasets list',
  ]);
  expect(stateRights('gitops/daemon', 'gitops').map(({ rule: { resources } }) => resources?.join())).toEqual([
    'configmaps',
    'leases',
    'namespaces',
  ]);
});

test('approvals by the API take two reviews, and one Secret beside the state', () => {
  const granted = approvalRights('gitops/daemon', 'gitops', 'key').map(({ namespace, rule }) => {
    const { resources, verbs, resourceNames = [] } = rule;
    return [namespace, resources?.join(), verbs.join(), ...resourceNames];
  });
  expect(granted).toEqual([
    ['', 'tokenreviews', 'create'],
    ['', 'subjectaccessreviews', 'create'],
    ['gitops', 'secrets', 'create'],
    ['gitops', 'secrets', 'get,update', 'key'],
  ]);
});
