import { describe, expect, test } from 'vitest';
import type { Discovery } from '../../../src/foundation/cluster/cluster-client.ts';
import { parseManifest } from '../../../src/foundation/manifest/parse-manifest.ts';
import { holdToProject } from '../../../src/pipeline/definitions/hold-to-project.ts';
import type { ProjectLimits } from '../../../src/pipeline/definitions/release-definition.ts';

const clusterScoped = new Set(['ClusterRole', 'Namespace', 'CustomResourceDefinition']);
const discovery = {
  resource: ({ kind }: { kind: string }) => ({ namespaced: !clusterScoped.has(kind) }),
} as unknown as Discovery;

const object = (kind: string, name: string, namespace?: string, apiVersion = 'v1') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}${namespace ? `, namespace: ${namespace}` : ''}}\n`;

interface Case {
  limits?: Partial<ProjectLimits>;
  manifest?: string;
  hook?: string;
  crds?: string;
  policy?: 'skip' | 'create';
}

function held({ limits = {}, manifest = '', hook = '', crds = '', policy = 'create' }: Case): string {
  const project: ProjectLimits = {
    name: 'web',
    place: { file: 'web.yaml', line: 3, column: 18 },
    repositories: undefined,
    destinations: undefined,
    kinds: { allow: undefined, deny: [] },
    serviceAccount: undefined,
    ...limits,
  };
  const definition = {
    app: 'shop',
    cluster: 'main',
    namespace: 'shop-dev',
    origin: { place: { file: 'shop.yaml', line: 3 } },
    settings: { crds: policy },
    project,
  } as unknown as Parameters<typeof holdToProject>[0];
  try {
    holdToProject(definition, {
      objects: parseManifest(manifest),
      hooks: [{ manifest: hook }],
      crds: parseManifest(crds),
      discovery,
    });
    return 'allowed';
  } catch (error) {
    expect(error).toMatchObject({ code: 'definition.project', fault: 'user', place: { file: 'shop.yaml' } });
    const { message, hint } = error as { message: string; hint: string };
    return `${message.replace('project web does not allow what shop renders: ', '')} | ${hint.replace('project web (web.yaml:3:18) ', '')}`;
  }
}

const rbac = 'rbac.authorization.k8s.io/v1';
const role = object('ClusterRole', 'view', undefined, rbac);

describe('kinds', () => {
  test.each<[string, Case, string]>([
    ['anything without limits', { manifest: role }, 'allowed'],
    [
      'what is not denied',
      { limits: { kinds: { allow: undefined, deny: ['ClusterRoleBinding'] } }, manifest: role },
      'allowed',
    ],
    [
      'a kind',
      { limits: { kinds: { allow: undefined, deny: ['ClusterRole'] } }, manifest: role },
      'ClusterRole/view | denies ClusterRole',
    ],
    [
      'a group',
      { limits: { kinds: { allow: undefined, deny: ['rbac.authorization.k8s.io/*'] } }, manifest: role },
      'ClusterRole/view | denies rbac.authorization.k8s.io/*',
    ],
    [
      'the group without a name',
      {
        limits: { kinds: { allow: ['core/*'], deny: ['core/Secret'] } },
        manifest: `${object('ConfigMap', 'a')}---\n${object('Secret', 'b')}`,
      },
      'Secret/b | allows core/* and denies core/Secret',
    ],
    [
      'a kind of another group',
      {
        limits: { kinds: { allow: ['apps/Deployment'], deny: [] } },
        manifest: object('Deployment', 'a', undefined, 'example.com/v1'),
      },
      'Deployment/a | allows apps/Deployment',
    ],
    [
      'everything',
      { limits: { kinds: { allow: [], deny: [] } }, manifest: object('ConfigMap', 'a') },
      'ConfigMap/a | allows no kind',
    ],
    [
      'what a list holds',
      {
        limits: { kinds: { allow: undefined, deny: ['Secret'] } },
        manifest: `apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret, metadata: {name: a}}]`,
      },
      'Secret/a | denies Secret',
    ],
    [
      'a hook',
      { limits: { kinds: { allow: undefined, deny: ['Job'] } }, hook: object('Job', 'migrate', undefined, 'batch/v1') },
      'Job/migrate | denies Job',
    ],
    [
      'a file of crds/',
      {
        limits: { kinds: { allow: undefined, deny: ['CustomResourceDefinition'] } },
        crds: object('CustomResourceDefinition', 'a.b'),
      },
      'CustomResourceDefinition/a.b | denies CustomResourceDefinition',
    ],
    [
      'anything else in crds/',
      { limits: { kinds: { allow: undefined, deny: ['ClusterRole'] } }, crds: role },
      'ClusterRole/view | denies ClusterRole',
    ],
    ['crds/ that are left out', { limits: { kinds: { allow: [], deny: [] } }, crds: role, policy: 'skip' }, 'allowed'],
  ])('%s', (_name, input, expected) => {
    expect(held(input)).toBe(expected);
  });
});

describe('places', () => {
  const limits: Partial<ProjectLimits> = { destinations: [{ cluster: '*', namespace: 'shop-*' }] };
  test.each<[string, Case, string]>([
    ['its own namespace', { manifest: object('ConfigMap', 'a', 'shop-dev') }, 'allowed'],
    ['another one that fits', { manifest: object('ConfigMap', 'a', 'shop-prod') }, 'allowed'],
    [
      'one that does not',
      { manifest: object('RoleBinding', 'a', 'kube-system') },
      'RoleBinding/a in namespace kube-system | allows namespace shop-* of any cluster',
    ],
    ['a hook without one', { hook: object('Job', 'a') }, 'allowed'],
    [
      'a hook elsewhere',
      { hook: object('Job', 'a', 'kube-system') },
      'Job/a in namespace kube-system | allows namespace shop-* of any cluster',
    ],
    ['a namespace that fits', { manifest: object('Namespace', 'shop-x') }, 'allowed'],
    [
      'a namespace that does not',
      { manifest: object('Namespace', 'kube-system') },
      'Namespace/kube-system in namespace kube-system | allows namespace shop-* of any cluster',
    ],
    ['what lies in none', { manifest: role }, 'allowed'],
  ])('%s', (_name, input, expected) => {
    expect(held({ limits, ...input })).toBe(expected);
  });
});
