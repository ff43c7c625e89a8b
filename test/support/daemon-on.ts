/** A daemon as a process of its own, on one of the test clusters, with its repositories and its configuration in one folder. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { connect, removeNamespaces, type TestCluster, testClusters } from './clusters.ts';
import { type TestRepository, temporaryFolder, testRepository, writeFiles } from './git-repository.ts';
import { longSkipped } from './long-test.ts';
import { type RunningDaemon, startDaemon } from './start-daemon.ts';

export interface DaemonOn extends AsyncDisposable {
  /** Where its configuration, its repositories and its embedded cluster lie. */
  readonly folder: string;
  /** The configuration file. */
  readonly config: string;
  /** Of the cluster, as its administrator. */
  readonly client: ClusterClient;
  write(files: Readonly<Record<string, string>>): void;
  /** A repository behind a bare remote, without a commit yet. */
  remote(name: string): TestRepository;
  /** Writes the configuration and starts the daemon; returns when it has told this event, or that it is ready. */
  start(lines: readonly string[], event?: string, fields?: Readonly<Record<string, unknown>>): Promise<RunningDaemon>;
  /** Another one with the same configuration, in place of the one that runs or ran. */
  restart(): Promise<RunningDaemon>;
}

/** Nothing is made before something is asked for. `namespaces`: those that are deleted in the end. */
export function daemonOn(cluster: TestCluster, namespaces: readonly string[] = []): DaemonOn {
  let made: ReturnType<typeof temporaryFolder> | undefined;
  let daemon: RunningDaemon | undefined;
  let client: ClusterClient | undefined;
  const folder = () => {
    made ??= temporaryFolder();
    return made.path;
  };
  const config = () => join(folder(), 'config.yaml');
  return {
    get folder() {
      return folder();
    },
    get config() {
      return config();
    },
    get client() {
      if (client === undefined) throw new Error('the daemon was not started');
      return client;
    },
    write: (files) => writeFiles(folder(), files),
    remote(name) {
      writeFiles(folder(), { [`${name}/.keep`]: '' });
      return testRepository(join(folder(), name));
    },
    async start(lines, event = 'daemon.ready', fields = {}) {
      writeFileSync(config(), [...lines, cluster.config(folder()), 'server: {listen: "127.0.0.1:0"}', ''].join('\n'));
      daemon = startDaemon(config());
      await daemon.waitFor(event, fields);
      client = await connect(cluster, folder());
      return daemon;
    },
    async restart() {
      await daemon?.stop();
      daemon = startDaemon(config());
      await daemon.waitFor('daemon.ready');
      if (cluster.name === 'embedded') {
        // It comes back at another port.
        await client?.[Symbol.asyncDispose]();
        client = await connect(cluster, folder());
      }
      return daemon;
    },
    async [Symbol.asyncDispose]() {
      await daemon?.stop();
      // An embedded cluster ends with its daemon; in another one a state would be the next test's.
      if (client && cluster.name === 'real') await removeNamespaces(client, [...namespaces, 'helm-gitops']);
      await client?.[Symbol.asyncDispose]();
      made?.remove();
    },
  };
}

export const embedded = testClusters.find(({ name }) => name === 'embedded') as TestCluster;

/** The same scenarios on each of the test clusters; the title of what is skipped says why. */
export function describeOnEach(title: string, define: (cluster: TestCluster) => void): void {
  for (const cluster of testClusters) describe.skipIf(cluster.skipped)(titleOn(title, cluster), () => define(cluster));
}

/** The same, on all of them at a time: of what does little but wait. On each, one test comes after the other. */
export function describeOnAll(title: string, define: (cluster: TestCluster) => void): void {
  for (const cluster of testClusters)
    describe.skipIf(cluster.skipped)(titleOn(title, cluster), { concurrent: true }, () => {
      describe('in turn', { concurrent: false }, () => define(cluster));
    });
}

/** The same where the whole file is long. */
export function describeLong(title: string, define: (cluster: TestCluster) => void): void {
  for (const cluster of testClusters) {
    const skipped = cluster.skipped ?? longSkipped;
    describe.skipIf(skipped)(titleOn(title, { ...cluster, skipped }), () => define(cluster));
  }
}

const titleOn = (title: string, { name, skipped }: TestCluster) =>
  `${title}, on the ${name} cluster${skipped === undefined ? '' : ` (skipped: ${skipped})`}`;
