/**
 * Settings of a release as they may be written at any level. Everything is optional: settings are layers, and the defaults
 * lie beneath them all (built-in-settings.ts).
 */
import * as z from 'zod';
import { isCron } from '../../foundation/base/cron.ts';
import { isTimeZone } from '../../foundation/base/zoned-time.ts';
import { parseJqPath } from '../../foundation/fields/jq-path.ts';
import { duration } from './duration-schema.ts';
import { name } from './name-schema.ts';
import { promotion } from './promotion-schema.ts';
import { rollback } from './rollback-schema.ts';

export const applicationName = name('the name of an application');
export const projectName = name('the name of a project');
export const environmentName = name('the name of an environment');

/** A file or folder of the repository. */
export const repositoryPath = z.string().min(1, 'a path is missing').describe("relative to the repository's root");

const chartShape = {
  path: repositoryPath.optional().describe('a chart of the same repository and commit'),
  repository: z.string().optional().describe('a chart repository: https://…'),
  name: z.string().optional(),
  version: z.string().optional().describe('a version or a range of versions'),
  oci: z.string().optional().describe('a chart in a registry: oci://…'),
  git: z.string().optional().describe('another git repository'),
  revision: z.string().optional().describe('of another git repository: branch, tag, commit or a range of tags'),
  verify: z
    .strictObject({
      keyring: repositoryPath.optional().describe('of OpenPGP keys; one of them must have signed the provenance'),
      cosignKey: repositoryPath
        .optional()
        .describe('of a registry only: a public key with which cosign must have signed the chart'),
    })
    .refine(({ keyring, cosignKey }) => keyring !== undefined || cosignKey !== undefined, {
      error: 'expected keyring, cosignKey, or both',
    })
    .optional()
    .describe('of a chart repository or a registry: refuse a chart that is not signed so; of two both must hold'),
  manifests: z
    .strictObject({
      recurse: z.boolean().optional().meta({ default: false }).describe('folders below count too'),
      include: z.string().optional().describe('a glob of paths within the folder'),
      exclude: z.string().optional().describe('a glob of paths within the folder; it wins'),
    })
    .optional()
    .describe('the folder is no chart: its files are released as they are'),
  lock: z
    .enum(['strict', 'update'])
    .optional()
    .meta({ default: 'strict' })
    .describe('a Chart.lock that is older than Chart.yaml: refused, as Helm does, or passed over'),
};

const chart = z
  .strictObject(chartShape)
  .describe('which chart: {path}, {repository, name, version}, {oci, version} or {git, revision, path}');

const objectKey = z.strictObject({
  name: z.string(),
  key: z.string().optional().meta({ default: 'values.yaml' }),
});

/** Exactly one of these says what a value source is. */
const valueKinds = [
  'file',
  'template',
  'inline',
  'set',
  'setString',
  'setJson',
  'setFile',
  'secret',
  'configMap',
] as const;

const valueSource = z
  .strictObject({
    file: repositoryPath.optional(),
    template: repositoryPath.optional().describe('a values file whose contents are a mustache template'),
    inline: z.record(z.string(), z.unknown()).optional().describe('values, as in values.yaml'),
    set: z.string().optional().describe("helm's --set"),
    setString: z.string().optional().describe("helm's --set-string"),
    setJson: z.string().optional().describe("helm's --set-json"),
    setFile: z.string().optional().describe("helm's --set-file; the file is one of the repository"),
    secret: objectKey.optional().describe("a Secret in the release's namespace"),
    configMap: objectKey.optional().describe("a ConfigMap in the release's namespace"),
    optional: z.boolean().optional().describe('no error when it does not exist'),
  })
  .check((context) => {
    const given = valueKinds.filter((kind) => context.value[kind] !== undefined);
    const addIssue = (message: string) =>
      context.issues.push({ code: 'custom', message, input: context.value, path: [] });
    if (given.length !== 1)
      addIssue(`expected one of ${valueKinds.join(', ')}, found ${given.join(' and ') || 'none'}`);
    else if (
      context.value.optional !== undefined &&
      !['file', 'template', 'secret', 'configMap'].includes(given[0] ?? '')
    )
      addIssue(`"optional" does not go with "${given[0]}"`);
  });

const values = z
  .array(z.union([repositoryPath, valueSource]))
  .describe('later wins; text is a file of this repository');

const dependency = z.strictObject({
  app: z.string(),
  environment: z.string().optional().describe('default: the same'),
  optional: z.boolean().optional().describe('no error when there is no such application'),
});

const cron = z.string().refine((text) => isCron(text) && text.trim().split(/\s+/).length < 6, {
  error: 'expected a cron expression such as "0 9 * * 1-5"',
});

const window = z
  .strictObject({
    allow: cron.optional().describe('cron: when the window opens'),
    deny: cron.optional().describe('cron: when a time without changes begins'),
    for: duration.refine((length) => length > 0, { error: 'expected a duration longer than 0s' }),
    timeZone: z
      .string()
      .refine(isTimeZone, { error: 'expected the name of a time zone such as Europe/Berlin' })
      .optional()
      .describe('IANA name; default UTC'),
  })
  .refine(({ allow, deny }) => (allow === undefined) !== (deny === undefined), {
    error: 'expected either allow or deny',
  });

const sync = z.strictObject({
  automatic: z.boolean().optional().meta({ default: true }),
  prune: z
    .union([z.boolean(), z.literal('all')])
    .optional()
    .meta({ default: true }),
  approval: z
    .enum(['none', 'plan'])
    .optional()
    .meta({ default: 'none' })
    .describe('plan: a person approves what each deploy would do, before it is done'),
  suspend: z.boolean().optional().meta({ default: false }),
  wave: z.int().optional().meta({ default: 0 }),
  windows: z.array(window).optional().describe('when it may be deployed; the windows of every level hold'),
  interval: duration.optional().meta({ default: '10m' }),
  retry: z
    .strictObject({
      limit: z.int().min(0, 'expected 0 or more').optional().meta({ default: 5 }),
      initial: duration.optional().meta({ default: '5s' }),
      max: duration.optional().meta({ default: '3m' }),
    })
    .optional()
    .describe('after the limit: once an interval'),
});

const place = z.string().refine((text) => /^(\/|$)/.test(text) || (text.startsWith('.') && parseJqPath(text)), {
  error: 'expected a JSON pointer such as /spec/replicas, or a path such as .spec.template.spec.containers[].image',
});

const drift = z.strictObject({
  policy: z.enum(['report', 'correct']).optional().meta({ default: 'report' }),
  after: duration.optional().meta({ default: '0s' }),
  limit: z.int().min(1).max(1000).optional().meta({ default: 5 }),
  ignore: z
    .array(
      z.strictObject({
        kind: z.string().optional(),
        name: z.string().optional(),
        paths: z
          .array(place)
          .optional()
          .describe('JSON pointers, or paths as jq writes them; neither these nor managers: the whole object'),
        managers: z.array(z.string().min(1)).optional().describe('field managers whose fields are left to them'),
      }),
    )
    .optional(),
});

const patch = z.strictObject({
  target: z
    .strictObject({
      group: z.string().optional(),
      kind: z.string().optional(),
      name: z.string().optional(),
      labels: z.string().optional(),
    })
    .optional(),
  patch: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown()))]),
  optional: z.boolean().optional().describe('no error where it fits nothing'),
});

export const promote = z.strictObject({
  from: z
    .union([environmentName, z.array(environmentName).min(1)])
    .describe('the environment whose version it gets; of several all have to agree'),
  as: z.enum(['commit', 'pullRequest']).optional().meta({ default: 'commit' }),
  merge: z.boolean().optional().meta({ default: false }).describe('the daemon merges the pull request in the end'),
});
/** What every level may say: the configuration's defaults, Environment, Defaults, Application, its environments. */
export const settingsShape = {
  chart: chart.optional(),
  releaseName: z.string().optional().meta({ default: '{{app}}' }),
  namespace: z.string().optional().describe("default: the environment's"),
  storageNamespace: z.string().optional().describe("where Helm's records lie; default: `namespace`"),
  values: values.optional(),
  dependsOn: z
    .array(z.union([z.string(), dependency]))
    .optional()
    .describe('healthy first, in the same environment'),
  sync: sync.optional(),
  mode: z
    .enum(['deploy', 'observe'])
    .optional()
    .describe(
      'observe: plan and say what would change, write nothing; default: deploy, and observe beside Argo CD or Flux',
    ),
  onRemove: z.enum(['uninstall', 'keep', 'confirm']).optional().meta({ default: 'uninstall' }),
  adopt: z.enum(['same', 'always', 'never']).optional().meta({ default: 'same' }),
  crds: z.enum(['skip', 'create', 'createReplace']).optional().meta({ default: 'create' }),
  timeout: duration.optional().meta({ default: '5m' }).describe('for hooks and readiness'),
  tests: z.boolean().optional().meta({ default: false }).describe("run the chart's test hooks after each deploy"),
  drift: drift.optional(),
  rollback: rollback.optional(),
  patches: z.array(patch).optional(),
  promotion: promotion.optional(),
};

export const settingsSchema = z.strictObject(settingsShape);

const {
  releaseName: _name,
  namespace: _namespace,
  storageNamespace: _storage,
  promotion: _promotion,
  ...enforceable
} = settingsShape;

/** Of the chart only how it is checked: which one it is, is for the application to say. */
export const enforceSchema = z.strictObject({
  ...enforceable,
  chart: z.strictObject({ verify: chartShape.verify, lock: chartShape.lock }).optional(),
});

const environmentSettings = z.strictObject({
  ...settingsShape,
  promote: promote.optional(),
  revision: z.string().optional().describe('a pin: chart and shared value files as of that commit'),
});

export const environments = z
  .record(environmentName, environmentSettings.nullable())
  .describe('the environments it runs in; any setting may be given again for one');

/** The settings of the configuration file and of Defaults: also which environments there are. */
export const defaultsSchema = z.strictObject({ ...settingsShape, environments: environments.optional() });

export type Promote = z.output<typeof promote>;
export type Settings = z.output<typeof settingsSchema>;
export type DefaultsSettings = z.output<typeof defaultsSchema>;
export type ValueEntry = NonNullable<Settings['values']>[number];
