/** Argo CD's annotations on single objects, and what becomes of each here: docs/compatibility.md is checked against it. */
import type { ForeignField } from '../foreign-field.ts';

/** By name, `*` at the end for any rest. */
export const objectAnnotations: readonly ForeignField[] = [
  {
    field: 'argocd.argoproj.io/sync-options',
    verdict: 'honoured',
    how: 'see the options below; also on objects of applications that are not of Argo CD',
  },
  {
    field: 'argocd.argoproj.io/compare-options',
    verdict: 'different',
    how: 'IgnoreExtraneous holds for all: what nothing records is no drift; the others mean nothing, for drift is found in one way',
  },
  {
    field: 'argocd.argoproj.io/hook',
    verdict: 'different',
    how: 'in folders of plain manifests: see below; in charts not looked at, for there hooks are those of Helm: told',
  },
  {
    field: 'argocd.argoproj.io/hook-delete-policy',
    verdict: 'different',
    how: 'as hook: of plain manifests honoured',
  },
  {
    field: 'argocd.argoproj.io/sync-wave',
    verdict: 'different',
    how: 'of hooks in folders of plain manifests their weight; all else is applied in the order of its kinds, and waits for nothing',
    told: true,
    except: ['0'],
  },
  {
    field: 'argocd.argoproj.io/ignore-healthcheck',
    verdict: 'different',
    how: 'every object counts for the health of its release',
    told: true,
    except: ['false'],
  },
  { field: 'argocd.argoproj.io/tracking-id', verdict: 'different', how: "Argo CD's own" },
  { field: 'argocd.argoproj.io/ignore-resource-updates', verdict: 'different', how: 'not needed' },
  { field: 'argocd.argoproj.io/manifest-generate-paths', verdict: 'different', how: 'not needed' },
  { field: 'argocd.argoproj.io/skip-reconcile', verdict: 'different', how: 'of single objects not looked at' },
  { field: 'argocd.argoproj.io/*', verdict: 'different', how: 'not looked at', told: true },
];

/** What stands in `argocd.argoproj.io/sync-options` of an object, between commas. */
export const objectOptions: readonly ForeignField[] = [
  { field: 'Prune=false', verdict: 'honoured', how: 'it stays when it is no longer part of what is rendered' },
  { field: 'Prune=confirm', verdict: 'different', how: 'it stays, and nobody is asked', told: true },
  { field: 'Delete=false', verdict: 'honoured', how: 'it stays when the release is uninstalled by this daemon' },
  { field: 'Delete=confirm', verdict: 'honoured', how: 'the removal of its release waits for confirm' },
  { field: 'PruneLast=true', verdict: 'honoured', how: 'what is gone from a release is always deleted last' },
  { field: 'ServerSideApply=true', verdict: 'honoured', how: 'objects are always applied by the server' },
  { field: 'ServerSideApply=false', verdict: 'different', how: 'objects are always applied by the server' },
  { field: 'ClientSideApplyMigration=false', verdict: 'different', how: "nothing of kubectl's is migrated" },
  {
    field: 'SkipDryRunOnMissingResource=true',
    verdict: 'honoured',
    how: 'kinds whose CRD comes with the release are not tried before',
  },
  { field: 'Validate=false', verdict: 'different', how: 'the server always validates', told: true },
  { field: 'Replace=true', verdict: 'different', how: 'objects are applied, not replaced', told: true },
  { field: 'Force=true', verdict: 'different', how: 'objects are never deleted to be made again', told: true },
];

/** Values of `argocd.argoproj.io/hook` in folders of plain manifests. */
export const objectHooks: readonly ForeignField[] = [
  { field: 'PreSync', verdict: 'honoured', how: 'a hook of Helm: pre-install,pre-upgrade' },
  { field: 'PostSync', verdict: 'honoured', how: 'a hook of Helm: post-install,post-upgrade' },
  { field: 'PreDelete', verdict: 'honoured', how: 'a hook of Helm: pre-delete' },
  { field: 'PostDelete', verdict: 'honoured', how: 'a hook of Helm: post-delete' },
  { field: 'Skip', verdict: 'honoured', how: 'it is no part of what is deployed' },
  { field: 'Sync', verdict: 'different', how: 'an object among the others, applied once', told: true },
  { field: 'SyncFail', verdict: 'different', how: 'it is never applied', told: true },
];
