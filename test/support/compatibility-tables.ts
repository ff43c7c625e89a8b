/** The tables of docs/compatibility.md, as the code has them. */

import {
  annotations,
  applicationFields,
  syncOptions,
} from '../../src/pipeline/definitions/foreign/argocd/application-fields.table.ts';
import {
  objectAnnotations,
  objectHooks,
  objectOptions,
} from '../../src/pipeline/definitions/foreign/argocd/object-annotations.table.ts';
import { projectFields } from '../../src/pipeline/definitions/foreign/argocd/project-fields.table.ts';
import { setFields } from '../../src/pipeline/definitions/foreign/argocd/sets/set-fields.table.ts';
import {
  kustomizationFields,
  kustomizeFields,
} from '../../src/pipeline/definitions/foreign/flux/kustomization-fields.table.ts';
import { releaseAnnotations, releaseFields } from '../../src/pipeline/definitions/foreign/flux/release-fields.table.ts';
import { sourceTables } from '../../src/pipeline/definitions/foreign/flux/source-fields.table.ts';
import type { ForeignField } from '../../src/pipeline/definitions/foreign/foreign-field.ts';

/** By chapter. */
export const compatibilityTables: Readonly<Record<string, readonly ForeignField[]>> = {
  Application: applicationFields.filter(({ field }) => !field.startsWith('spec.sources[].')),
  'Sync options': syncOptions,
  Annotations: annotations,
  'Annotations on objects': objectAnnotations,
  'Sync options of objects': objectOptions,
  'Hooks in folders of plain manifests': objectHooks,
  AppProject: projectFields,
  ApplicationSet: setFields.filter(({ field }) => !/generators\[\]\.(matrix|merge)\.generators\[\]\./.test(field)),
  HelmRelease: releaseFields,
  'Annotations of a HelmRelease': releaseAnnotations,
  ...sourceTables,
  "Flux's Kustomization": kustomizationFields,
  'kustomization.yaml': kustomizeFields,
};

/** `told` are named in the log and by `validate`. */
export function compatibilityRow({ field, verdict, how, told }: ForeignField): string {
  const written = verdict === 'honoured' ? verdict : `**${verdict}**`;
  return `| \`${field}\` | ${written} | ${how}${told ? '; told' : ''} |`;
}

export const tableHead = '| field | | how |\n|---|---|---|';
