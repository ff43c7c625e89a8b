/** What of Flux's Kustomization is read, and of which type each field is. Which fields there are, the table says. */
import * as z from 'zod';

const text = z.string();
const flag = z.boolean().optional();
const named = z.looseObject({ name: text.min(1), namespace: text.optional() });

export const kustomizationSchema = z.looseObject({
  metadata: z.looseObject({ name: text.min(1), namespace: text.optional() }),
  spec: z.looseObject({
    sourceRef: z.looseObject({ kind: text, name: text, namespace: text.optional() }),
    path: text.optional(),
    prune: flag,
    suspend: flag,
    wait: flag,
    targetNamespace: text.optional(),
    namePrefix: text.optional(),
    nameSuffix: text.optional(),
    patches: z.array(z.looseObject({ patch: text, target: z.record(text, z.unknown()).optional() })).optional(),
    components: z.array(text).optional(),
    ignoreMissingComponents: flag,
    dependsOn: z.array(named).optional(),
    healthChecks: z.array(z.looseObject({ kind: text, name: text, namespace: text.optional() })).optional(),
    kubeConfig: z
      .looseObject({
        secretRef: z.looseObject({ name: text.min(1) }).optional(),
        configMapRef: z.looseObject({ name: text.min(1) }).optional(),
      })
      .optional(),
    postBuild: z
      .looseObject({
        substitute: z.record(text, z.union([text, z.number(), z.boolean()])).optional(),
        substituteStrategy: text.optional(),
        substituteFrom: z
          .array(z.looseObject({ kind: z.enum(['ConfigMap', 'Secret']), name: text, optional: flag }))
          .optional(),
      })
      .optional(),
  }),
});

export type KustomizationSpec = z.output<typeof kustomizationSchema>['spec'];
