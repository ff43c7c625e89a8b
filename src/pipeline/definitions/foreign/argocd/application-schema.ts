/** What of an Argo CD Application is read, and of which type each field is. Which fields there are, the table says. */
import * as z from 'zod';

const text = z.string();
const texts = z.array(text).optional();

/** Of Kubernetes: lower-case labels, with dots between them. */
const objectName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, {
    error: 'a name is made of lower-case letters, digits, "-" and "."',
  });

const helm = z.looseObject({
  releaseName: text.optional(),
  valueFiles: texts,
  ignoreMissingValueFiles: z.boolean().optional(),
  values: text.optional(),
  valuesObject: z.record(z.string(), z.unknown()).optional(),
  parameters: z
    .array(z.looseObject({ name: text.optional(), value: text.optional(), forceString: z.boolean().optional() }))
    .optional(),
  fileParameters: z.array(z.looseObject({ name: text.optional(), path: text.optional() })).optional(),
  skipCrds: z.boolean().optional(),
  namespace: text.optional(),
});

export const argoSourceSchema = z.looseObject({
  repoURL: z.string().min(1, 'repoURL is missing'),
  path: text.optional(),
  chart: text.optional(),
  targetRevision: text.optional(),
  ref: text.optional(),
  helm: helm.optional(),
  directory: z
    .looseObject({ recurse: z.boolean().optional(), include: text.optional(), exclude: text.optional() })
    .optional(),
});

const syncPolicy = z.looseObject({
  automated: z
    .looseObject({
      enabled: z.boolean().optional(),
      prune: z.boolean().optional(),
      selfHeal: z.boolean().optional(),
    })
    .optional(),
  syncOptions: texts,
  retry: z
    .looseObject({
      limit: z.int().optional(),
      backoff: z.looseObject({ duration: text.optional(), maxDuration: text.optional() }).optional(),
    })
    .optional(),
  managedNamespaceMetadata: z
    .looseObject({
      labels: z.record(z.string(), text).optional(),
      annotations: z.record(z.string(), text).optional(),
    })
    .optional(),
});

const ignoreDifference = z.looseObject({
  kind: text,
  name: text.optional(),
  jsonPointers: texts,
  jqPathExpressions: texts,
  managedFieldsManagers: texts,
});

export const argoApplicationSchema = z.looseObject({
  metadata: z.looseObject({
    name: objectName,
    namespace: text.optional(),
    annotations: z.record(z.string(), text).optional(),
    finalizers: texts,
  }),
  spec: z.looseObject({
    project: text.optional(),
    destination: z.looseObject({ server: text.optional(), name: text.optional(), namespace: text.optional() }),
    source: argoSourceSchema.optional(),
    sources: z.array(argoSourceSchema).optional(),
    syncPolicy: syncPolicy.optional(),
    ignoreDifferences: z.array(ignoreDifference).optional(),
  }),
});

export type ArgoApplication = z.output<typeof argoApplicationSchema>;
export type ArgoSource = z.output<typeof argoSourceSchema>;
export type ArgoHelm = NonNullable<ArgoSource['helm']>;
