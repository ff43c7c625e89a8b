import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { keeperOf, keepsOn } from '../../../src/pipeline/takeover/keeper-of.ts';

const tracking = 'argocd.argoproj.io/tracking-id';
const labels = { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };
const applied = { manager: 'kustomize-controller', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:suspend': {} } } };

test.each<[string, string, object, object, string | undefined]>([
  ['an Application that stands by itself', 'Application', {}, {}, undefined],
  [
    'one of an ApplicationSet',
    'Application',
    { ownerReferences: [{ kind: 'ApplicationSet', name: 'set' }] },
    {},
    'ApplicationSet argocd/set',
  ],
  [
    'one of a parent that tracks by annotation',
    'Application',
    { annotations: { [tracking]: 'argocd_root:argoproj.io/Application:argocd/shop' } },
    {},
    'Application argocd/root',
  ],
  [
    'one of a parent that tracks by label',
    'Application',
    { labels: { 'app.kubernetes.io/instance': 'root' } },
    {},
    'Application argocd/root',
  ],
  ['one that tracks itself', 'Application', { labels: { 'app.kubernetes.io/instance': 'shop' } }, {}, undefined],
  ['a HelmRelease of a Kustomization', 'HelmRelease', { labels }, {}, undefined],
  [
    'one whose suspend: false git says',
    'HelmRelease',
    { labels, managedFields: [applied] },
    { suspend: false },
    'Kustomization flux-system/apps',
  ],
  [
    'one whose suspend: true git says',
    'HelmRelease',
    { labels, managedFields: [applied] },
    { suspend: true },
    undefined,
  ],
])('%s is kept by %5$s', (_, kind, metadata, spec, expected) => {
  const object = { apiVersion: 'x/v1', kind, metadata: { name: 'shop', namespace: 'argocd', ...metadata }, spec };
  const keeper = keeperOf(object as KubernetesObject);
  expect(keeper && `${keeper.kind} ${keeper.namespace}/${keeper.name}`).toBe(expected);
});

test.each<[string, object, boolean]>([
  ['Application', {}, false],
  ['Application', { syncPolicy: { automated: {} } }, true],
  ['Application', { syncPolicy: { automated: { enabled: false } } }, false],
  ['ApplicationSet', {}, true],
  ['ApplicationSet', { syncPolicy: { applicationsSync: 'create-only' } }, false],
  ['ApplicationSet', { syncPolicy: { applicationsSync: 'create-update' } }, true],
  ['Kustomization', {}, true],
  ['Kustomization', { suspend: true }, false],
])('%s with %j puts back what is taken off: %s', (kind, spec, expected) => {
  expect(keepsOn({ apiVersion: 'x/v1', kind, metadata: { name: 'x' }, spec })).toBe(expected);
});
