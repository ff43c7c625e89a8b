/** What of a HelmRelease is read, and of which type each field is. Which fields there are, the table says. */
import * as z from 'zod';
import { parseDuration } from '../../../../foundation/base/duration.ts';

const text = z.string();
const flag = z.boolean().optional();

const duration = text.refine((written) => /^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/.test(written), {
  error: 'expected a duration such as 300ms, 5s, 10m or 1h30m',
});

export const milliseconds = (written: string | undefined) =>
  written === undefined ? undefined : parseDuration(written);

/** Of Kubernetes: lower-case labels, with dots between them. */
const objectName = text.max(253).regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, {
  error: 'a name is made of lower-case letters, digits, "-" and "."',
});

const namespaceName = text.max(63).regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
  error: 'a namespace is made of lower-case letters, digits and "-"',
});

const reference = z.looseObject({ kind: text, name: text.min(1), namespace: text.optional() });

export const chartSpec = z.looseObject({
  chart: text.min(1),
  version: text.optional(),
  sourceRef: reference,
  valuesFile: text.optional(),
  valuesFiles: z.array(text).optional(),
  ignoreMissingValuesFiles: flag,
});

const crds = z.enum(['Skip', 'Create', 'CreateReplace']).optional();
const strategy = z.looseObject({ name: text, retryInterval: duration.optional() }).optional();
const remediation = { retries: z.int().optional(), remediateLastFailure: flag, ignoreTestFailures: flag };

const target = z.looseObject({
  group: text.optional(),
  version: text.optional(),
  kind: text.optional(),
  name: text.optional(),
  namespace: text.optional(),
  labelSelector: text.optional(),
  annotationSelector: text.optional(),
});

const postRenderer = z.looseObject({
  kustomize: z
    .looseObject({
      patches: z.array(z.looseObject({ patch: text, target: target.optional() })).optional(),
      images: z
        .array(
          z.looseObject({ name: text, newName: text.optional(), newTag: text.optional(), digest: text.optional() }),
        )
        .optional(),
    })
    .optional(),
});

const labels = z.record(text, text).optional();

export const helmReleaseSchema = z.looseObject({
  metadata: z.looseObject({ name: objectName, namespace: namespaceName.optional(), annotations: labels }),
  spec: z.looseObject({
    chart: z.looseObject({ spec: chartSpec }).optional(),
    chartRef: reference.optional(),
    interval: duration.optional(),
    timeout: duration.optional(),
    suspend: flag,
    releaseName: text.max(53).optional(),
    targetNamespace: namespaceName.optional(),
    storageNamespace: namespaceName.optional(),
    serviceAccountName: objectName.optional(),
    kubeConfig: z
      .looseObject({
        secretRef: z.looseObject({ name: text }).optional(),
        configMapRef: z.looseObject({ name: text }).optional(),
      })
      .optional(),
    dependsOn: z
      .array(z.looseObject({ name: text.min(1), namespace: text.optional(), readyExpr: text.optional() }))
      .optional(),
    driftDetection: z
      .looseObject({
        mode: z.enum(['enabled', 'warn', 'disabled', '']).optional(),
        ignore: z.array(z.looseObject({ paths: z.array(text), target: target.optional() })).optional(),
      })
      .optional(),
    install: z
      .looseObject({
        timeout: duration.optional(),
        strategy,
        remediation: z.looseObject(remediation).optional(),
        skipCRDs: flag,
        crds,
        createNamespace: flag,
      })
      .optional(),
    upgrade: z
      .looseObject({
        timeout: duration.optional(),
        strategy,
        remediation: z
          .looseObject({ ...remediation, strategy: z.enum(['rollback', 'uninstall']).optional() })
          .optional(),
        crds,
      })
      .optional(),
    test: z.looseObject({ enable: flag }).optional(),
    valuesFrom: z
      .array(
        z.looseObject({
          kind: z.enum(['ConfigMap', 'Secret']),
          name: objectName,
          valuesKey: text.optional(),
          targetPath: text.optional(),
          optional: flag,
          literal: flag,
        }),
      )
      .optional(),
    values: z.record(text, z.unknown()).optional(),
    commonMetadata: z.looseObject({ labels, annotations: labels }).optional(),
    postRenderers: z.array(postRenderer).optional(),
  }),
});

export type HelmRelease = z.output<typeof helmReleaseSchema>;
export type HelmReleaseSpec = HelmRelease['spec'];
export type ChartSpec = z.output<typeof chartSpec>;
