/** What may be written in definitions (helm-gitops.io/v1), every kind and every field of it. */
import * as z from 'zod';
import {
  applicationName,
  defaultsSchema,
  enforceSchema,
  environmentName,
  environments,
  projectName,
  promote,
  repositoryPath,
  settingsShape,
} from './schema.ts';

export const apiVersion = 'helm-gitops.io/v1';

const apps = z.strictObject({
  path: repositoryPath.optional().describe('a folder of this repository, or of the one that `git` names'),
  git: z.string().min(1).optional().describe('another git repository'),
  revision: z
    .string()
    .min(1)
    .regex(/^[^-]/, { error: 'a revision cannot start with "-"' })
    .optional()
    .describe('of the other repository: branch, tag, commit or a range of tags; default: its own'),
});

const head = { apiVersion: z.literal(apiVersion) };

export const applicationSchema = z
  .strictObject({
    ...head,
    kind: z.literal('Application'),
    metadata: z.strictObject({
      name: applicationName,
      formerly: z
        .array(applicationName)
        .optional()
        .describe('old names, the oldest first: its releases stay where they are, under the names they have'),
    }),
    spec: z.strictObject({
      ...settingsShape,
      project: projectName.optional().describe('the Project that says what it may do'),
      apps: apps.optional().describe('instead of a chart: where more definitions are read'),
      environments: environments.optional(),
    }),
  })
  .meta({ title: 'Application', description: 'a chart, its values, and the environments it runs in' });

const variable = z.union([z.string(), z.number(), z.boolean()]).transform(String);

export const environmentSchema = z
  .strictObject({
    ...head,
    kind: z.literal('Environment'),
    metadata: z.strictObject({ name: environmentName }),
    spec: z
      .strictObject({
        ...settingsShape,
        cluster: z.string().optional().describe('default: the only one'),
        createNamespace: z
          .union([
            z.boolean(),
            z.strictObject({
              labels: z.record(z.string(), z.string()).optional(),
              annotations: z.record(z.string(), z.string()).optional(),
            }),
          ])
          .optional()
          .meta({ default: true }),
        variables: z
          .record(
            z
              .string()
              .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, { error: 'a variable is named by letters, digits, "_" and "-"' }),
            variable,
          )
          .optional()
          .describe('for {{name}} in definitions and templates'),
        promote: promote.optional(),
        enforce: enforceSchema.optional().describe('what no application may loosen'),
      })
      .nullish(),
  })
  .meta({ title: 'Environment', description: 'a cluster, a namespace, and settings for all that runs there' });

export const defaultsDocumentSchema = z
  .strictObject({
    ...head,
    kind: z.literal('Defaults'),
    metadata: z.strictObject({ name: z.string().optional() }).optional(),
    spec: defaultsSchema,
  })
  .meta({ title: 'Defaults', description: 'settings for the applications of this folder and below' });

const pattern = z.string().min(1, 'expected a name, with * for any part of it');
const kindPattern = z
  .string()
  .regex(/^([a-z0-9.*-]+\/)?[A-Za-z0-9*]+$/, { error: 'expected a kind such as ClusterRole or apps/Deployment' });
const accountPart = '[a-z0-9]([-a-z0-9.]*[a-z0-9])?';
const serviceAccount = z.string().regex(new RegExp(`^(${accountPart}/)?${accountPart}$`), {
  error: 'expected the name of a ServiceAccount, or NAMESPACE/NAME',
});

export const projectSchema = z
  .strictObject({
    ...head,
    kind: z.literal('Project'),
    metadata: z.strictObject({ name: projectName }),
    spec: z
      .strictObject({
        repositories: z
          .array(pattern)
          .optional()
          .describe('where charts and their dependencies may come from: URLs with *, and "." for this repository'),
        destinations: z
          .array(z.strictObject({ cluster: pattern.optional(), namespace: pattern.optional() }))
          .optional()
          .describe('where releases and each of their objects may lie'),
        kinds: z
          .strictObject({
            allow: z.array(kindPattern).optional().describe('KIND or GROUP/KIND, with *; left out: all'),
            deny: z.array(kindPattern).optional(),
          })
          .optional()
          .describe('of what charts render, hooks and crds/ included'),
        serviceAccount: serviceAccount
          .optional()
          .describe('on whose behalf the cluster is asked: NAME in the namespace of the release, or NAMESPACE/NAME'),
      })
      .nullish(),
  })
  .meta({ title: 'Project', description: 'what its applications may do; everything else is refused' });

export type ApplicationDocument = z.output<typeof applicationSchema>;
export type EnvironmentDocument = z.output<typeof environmentSchema>;
export type ProjectDocument = z.output<typeof projectSchema>;
export type DefaultsDocument = z.output<typeof defaultsDocumentSchema>;
