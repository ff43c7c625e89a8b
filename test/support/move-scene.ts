/** A daemon with two clusters, `here` and `there`, and one application that moves between them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterClient } from '../../src/foundation/cluster/cluster-client.ts';
import { openCluster } from '../../src/foundation/cluster/open-cluster.ts';
import { removeNamespaces } from './clusters.ts';
import { temporaryFolder, writeFiles } from './git-repository.ts';
import { type RunningDaemon, startDaemon } from './start-daemon.ts';

const real = process.env['KUBECONFIG_REAL'];

/** Both embedded always; where `KUBECONFIG_REAL` names a cluster, each end once. */
export const moveEnds: readonly { name: string; real: 'here' | 'there' | undefined; skipped: boolean }[] = [
  { name: 'from one embedded cluster to another', real: undefined, skipped: false },
  { name: 'from a real cluster', real: 'here', skipped: real === undefined },
  { name: 'to a real cluster', real: 'there', skipped: real === undefined },
];

export type Line = RunningDaemon['lines'][number];

export class MoveScene {
  readonly #folder = temporaryFolder();
  readonly #clients = new Map<string, ClusterClient>();
  readonly #real: 'here' | 'there' | undefined;
  daemon!: RunningDaemon;

  constructor(end: 'here' | 'there' | undefined) {
    this.#real = end;
  }

  get config(): string {
    return join(this.#folder.path, 'config.yaml');
  }

  get folder(): string {
    return this.#folder.path;
  }

  async begin(files: Readonly<Record<string, string>>): Promise<void> {
    this.write(files);
    const clusters = ['here', 'there'].map((name) =>
      name === this.#real ? `{name: ${name}, kubeconfig: "${real}"}` : `{name: ${name}, embedded: {data: ${name}}}`,
    );
    const text = `repositories: [{name: fleet, url: fleet, path: apps, poll: 1s}]
clusters: [${clusters.join(', ')}]
defaults: {rollback: {soak: 300ms}}
server: {listen: "127.0.0.1:0"}
`;
    await writeFile(this.config, text);
    await this.start();
    await this.daemon.waitFor('daemon.ready');
  }

  async start(): Promise<void> {
    // An embedded cluster comes back at another port.
    for (const [name, client] of this.#clients) {
      if (name === this.#real) continue;
      this.#clients.delete(name);
      await client[Symbol.asyncDispose]();
    }
    this.daemon = startDaemon(this.config);
  }

  write(files: Readonly<Record<string, string>>): void {
    writeFiles(this.#folder.path, { ...files });
  }

  async client(name: 'here' | 'there'): Promise<ClusterClient> {
    const known = this.#clients.get(name);
    if (known) return known;
    const kubeconfig = name === this.#real ? (real ?? '') : join(this.#folder.path, name, 'kubeconfig');
    const client = await openCluster({ name, kubeconfig });
    this.#clients.set(name, client);
    return client;
  }

  /** The colour of its ConfigMap, where it is installed. */
  async colour(cluster: 'here' | 'there', namespace: string, name = 'settings'): Promise<string | undefined> {
    const client = await this.client(cluster);
    const object = await client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
    return (object?.['data'] as { colour: string } | undefined)?.colour;
  }

  since(from: number, ...events: string[]): Line[] {
    return this.daemon.lines.slice(from).filter(({ event }) => events.includes(event));
  }

  async end(namespaces: readonly string[]): Promise<void> {
    await this.daemon?.stop();
    if (this.#real !== undefined) {
      const client = await this.client(this.#real);
      await removeNamespaces(client, [...namespaces, 'helm-gitops']);
    }
    for (const client of this.#clients.values()) await client[Symbol.asyncDispose]();
    this.#folder.remove();
  }
}
