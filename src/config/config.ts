/** The configuration as the program uses it: every default filled in, paths absolute, durations in milliseconds. */

import type { CredentialConfig, RepositoryConfig } from '../foundation/git/repository-config.ts';
import type { StorageDriver } from '../foundation/history/record-object.ts';
import type { MirrorConfig } from '../foundation/http/mirror-config.ts';
import type { DecryptionConfig } from '../foundation/secrets/open-keyring.ts';
import type { SettingsLayer } from '../pipeline/definitions/parse-definitions.ts';

export type { CredentialConfig, RepositoryConfig };

export interface Config {
  /** The file it was read from. */
  readonly file: string;
  readonly repositories: readonly RepositoryConfig[];
  readonly credentials: readonly CredentialConfig[];
  readonly mirrors: readonly MirrorConfig[];
  readonly decryption: DecryptionConfig;
  readonly clusters: readonly ClusterConfig[];
  /** Other names and URLs of their servers, each with the name of its cluster. */
  readonly clusterAliases: ReadonlyMap<string, string>;
  /** By which an ApplicationSet chooses among the clusters. */
  readonly clusterLabels: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Why these clusters: for `daemon.started`. */
  readonly clustersFrom: 'configuration' | 'service account' | 'default';
  readonly state: { readonly namespace: string };
  readonly helm: {
    readonly compat: 'helm4' | 'helm3';
    readonly kubeVersion: string | undefined;
    readonly driver: StorageDriver;
  };
  readonly defaults: SettingsLayer;
  readonly server: ServerConfig;
  readonly log: { readonly level: 'error' | 'warn' | 'info' | 'debug'; readonly format: 'text' | 'json' };
  readonly concurrency: number;
  /** Cron, UTC. */
  readonly driftSummary: string | undefined;
}

export type ClusterConfig =
  | {
      readonly type: 'embedded';
      readonly name: string;
      /** Undefined: in memory only. */
      readonly data: string | undefined;
      readonly port: number;
      /** Where its kubeconfig is written. */
      readonly kubeconfig: string;
    }
  | {
      readonly type: 'kubeconfig';
      readonly name: string;
      readonly file: string;
      readonly context: string | undefined;
    }
  | { readonly type: 'inCluster'; readonly name: string };

export interface ServerConfig {
  readonly host: string;
  /** 0: any. */
  readonly port: number;
  readonly tokenFile: string | undefined;
}
