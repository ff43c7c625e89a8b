/** What of an Argo CD ApplicationSet is read, and of which type each field is. Which fields there are, the table says. */
import * as z from 'zod';

const text = z.string();
const texts = z.record(z.string(), text).optional();
const map = z.record(z.string(), z.unknown());

const selector = z.looseObject({
  matchLabels: texts,
  matchExpressions: z
    .array(
      z.looseObject({
        key: text,
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.array(text).optional(),
      }),
    )
    .optional(),
});

const item = z.looseObject({ path: text, exclude: z.boolean().optional() });

const leaf = {
  list: z
    .looseObject({ elements: z.array(map).optional(), elementsYaml: text.optional(), template: map.optional() })
    .optional(),
  clusters: z
    .looseObject({
      selector: selector.optional(),
      values: texts,
      flatList: z.boolean().optional(),
      template: map.optional(),
    })
    .optional(),
  git: z
    .looseObject({
      repoURL: text.min(1),
      revision: text.optional(),
      directories: z.array(item).optional(),
      files: z.array(item).optional(),
      pathParamPrefix: text.optional(),
      values: texts,
      template: map.optional(),
    })
    .optional(),
  selector: selector.optional(),
};

/** As deep as Argo CD's own format goes: a matrix or merge within one holds no other. */
const terminal = z.looseObject(leaf);
const combined = <Inner extends z.ZodType>(inner: Inner) => ({
  matrix: z.looseObject({ generators: z.array(inner), template: map.optional() }).optional(),
  merge: z
    .looseObject({ generators: z.array(inner), mergeKeys: z.array(text).optional(), template: map.optional() })
    .optional(),
});
const nested = z.looseObject({ ...leaf, ...combined(terminal) });
const top = z.looseObject({ ...leaf, ...combined(nested) });

const step = z.looseObject({
  matchExpressions: z
    .array(z.looseObject({ key: text, operator: z.enum(['In', 'NotIn']), values: z.array(text).optional() }))
    .optional(),
});

export const setSchema = z.looseObject({
  metadata: z.looseObject({ name: text.min(1).max(253), namespace: text.optional() }),
  spec: z.looseObject({
    goTemplate: z.boolean().optional(),
    goTemplateOptions: z
      .array(z.enum(['missingkey=default', 'missingkey=invalid', 'missingkey=zero', 'missingkey=error']))
      .optional(),
    generators: z.array(top),
    template: z.looseObject({ metadata: map.optional(), spec: map.optional() }),
    templatePatch: text.optional(),
    syncPolicy: z
      .looseObject({
        applicationsSync: z.enum(['sync', 'create-only', 'create-update', 'create-delete']).optional(),
        preserveResourcesOnDeletion: z.boolean().optional(),
      })
      .optional(),
    strategy: z
      .looseObject({
        type: z.enum(['AllAtOnce', 'RollingSync', '']).optional(),
        rollingSync: z.looseObject({ steps: z.array(step).optional() }).optional(),
      })
      .optional(),
  }),
});

export type ArgoSet = z.output<typeof setSchema>;
export type ArgoGenerator = z.output<typeof top>;
export type GitGenerator = NonNullable<ArgoGenerator['git']>;
export type Selector = NonNullable<ArgoGenerator['selector']>;
export type RollingStep = z.output<typeof step>;
