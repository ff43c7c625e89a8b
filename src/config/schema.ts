/** What may be written in helm-gitops.config.yaml, every field of it, and what it means when left out. */
import * as z from 'zod';
import { isCron } from '../foundation/base/cron.ts';
import { defaultsSchema } from '../pipeline/definitions/schema.ts';

const name = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, { error: 'a name is made of lower-case letters, digits and "-"' });

/** Relative to the configuration file; `~` is the home folder. */
const file = z.string().min(1, 'a path is missing');

const repository = z.strictObject({
  name: name.optional().describe('default: the last part of the URL'),
  url: z.string().min(1, 'a URL is missing').describe('https, ssh, file://, or a local folder'),
  aliases: z
    .array(z.string().min(1))
    .optional()
    .describe('other URLs by which definitions of Argo CD and Flux name this repository'),
  revision: z
    .string()
    .min(1)
    .optional()
    .describe("branch, tag, commit, or a semver range of tags; default: the remote's own"),
  path: z.string().optional().meta({ default: '' }).describe('where definitions are read, recursively'),
  mode: z.literal('observe').optional().describe('nothing that it defines is written to or removed, whatever it says'),
  poll: z.string().optional().meta({ default: '30s' }).describe('a duration, or a cron expression'),
  watch: z.boolean().optional().describe('a local folder only: follow the working tree, uncommitted edits included'),
  verify: z
    .strictObject({ allowedSigners: file.describe('SSH and PGP keys: a head that none of these signed is refused') })
    .optional(),
  sign: z
    .strictObject({ sshKeyFile: file.describe('a private SSH key without a passphrase') })
    .optional()
    .describe('by which commits that promote, or take back, are signed'),
  webhook: z
    .strictObject({ secretFile: file.describe('the secret that the forge signs its webhooks with') })
    .optional(),
  forge: z
    .strictObject({
      kind: z.enum(['gitea', 'github', 'gitlab', 'bitbucket']).describe('Forgejo is a gitea'),
      api: z
        .string()
        .regex(/^https?:\/\/[^\s/@]+(\/[^\s?#]*)?$/, { error: 'the URL at which an API begins: https://HOST/PATH' })
        .optional()
        .describe('where its API begins; default: where that kind has it'),
    })
    .optional()
    .describe('where pull requests are opened; not needed for github.com, gitlab.com, bitbucket.org, codeberg.org'),
});

const credential = z.strictObject({
  url: z.string().describe('the beginning of the URLs that it is for'),
  tokenFile: file.optional(),
  usernameEnv: z.string().optional(),
  passwordEnv: z.string().optional(),
  sshKeyFile: file.optional(),
  knownHostsFile: file.optional(),
  caFile: file.optional(),
  plainHttp: z.boolean().optional(),
});

const keySource = z.strictObject({
  keyFile: file.optional().describe('a file that holds keys'),
  keyEnv: z.string().min(1).optional().describe('an environment variable that holds keys'),
  secret: z
    .strictObject({
      cluster: name.optional().describe('default: the only one'),
      namespace: name.optional().describe('default: that of the state'),
      name: z.string().min(1),
      key: z.string().min(1),
    })
    .optional()
    .describe('a Kubernetes Secret that holds keys'),
});

const decryption = z.strictObject({
  age: keySource.optional().describe('age identities, as age-keygen writes them'),
  pgp: keySource
    .extend({ passphraseEnv: z.string().min(1).optional().describe('an environment variable') })
    .optional()
    .describe('armored PGP private keys'),
});

const mirror = z.strictObject({
  url: z.string().describe('a registry, oci://HOST; or the beginning of the URLs of chart repositories'),
  to: z.array(z.string()).min(1, 'at least one mirror is needed').describe('what is asked in its place, in this order'),
});

const cluster = z.strictObject({
  name: name.optional(),
  embedded: z
    .strictObject({
      data: file.optional().describe('a folder; without it the cluster is kept in memory only'),
      port: z.int().min(0).max(65535).optional().meta({ default: 0 }).describe('0: any'),
    })
    .nullish(),
  kubeconfig: file.optional(),
  inCluster: z.literal(true).optional(),
  context: z.string().optional().describe('of the kubeconfig; default: its current one'),
  aliases: z
    .array(z.string().min(1))
    .optional()
    .describe('other names, and URLs of its server, by which definitions of Argo CD and Flux name it'),
  labels: z
    .record(z.string(), z.string())
    .optional()
    .describe("by which an ApplicationSet's cluster generator chooses"),
});

export const configFileSchema = z
  .strictObject({
    repositories: z.array(repository).min(1, 'at least one repository is needed'),
    credentials: z.array(credential).optional(),
    mirrors: z.array(mirror).optional().describe('asked for charts before the original'),
    decryption: decryption.optional().describe('keys for encrypted value files'),
    clusters: z.array(cluster).optional(),
    state: z.strictObject({ namespace: name.optional().meta({ default: 'helm-gitops' }) }).optional(),
    helm: z
      .strictObject({
        compat: z.enum(['helm4', 'helm3']).optional().meta({ default: 'helm4' }),
        kubeVersion: z.string().nullish().describe("null: the cluster's own"),
        driver: z
          .enum(['secret', 'configmap'])
          .optional()
          .meta({ default: 'secret' })
          .describe('in what the release records are kept: HELM_DRIVER'),
      })
      .optional(),
    defaults: defaultsSchema.optional().describe("any setting of an Application's spec, for all"),
    server: z
      .strictObject({
        listen: z.string().optional().meta({ default: '127.0.0.1:8080' }).describe('port 0: any'),
        tokenFile: file.nullish().describe('lines NAME:TOKEN'),
      })
      .optional(),
    log: z
      .strictObject({
        level: z.enum(['error', 'warn', 'info', 'debug']).optional().meta({ default: 'info' }),
        format: z.enum(['text', 'json']).optional().meta({ default: 'text' }),
      })
      .optional(),
    concurrency: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .meta({ default: 10 })
      .describe('releases worked on at once, per cluster'),
    drift: z
      .strictObject({
        summary: z
          .string()
          .refine(isCron, { error: 'a cron expression has five fields: "0 8 * * *"' })
          .optional()
          .describe('cron, UTC: when all drift that stands is told in one line'),
      })
      .optional(),
    notifications: z.array(z.unknown()).optional(),
  })
  .meta({ title: 'helm-gitops.config.yaml', description: "the daemon's configuration" });

export type ConfigFile = z.output<typeof configFileSchema>;
export type RepositoryEntry = ConfigFile['repositories'][number];
export type CredentialEntry = NonNullable<ConfigFile['credentials']>[number];
export type DecryptionEntry = NonNullable<ConfigFile['decryption']>;
export type MirrorEntry = NonNullable<ConfigFile['mirrors']>[number];
export type ClusterEntry = NonNullable<ConfigFile['clusters']>[number];
