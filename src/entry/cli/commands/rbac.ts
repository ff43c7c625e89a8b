/** `rbac`: the roles that the daemon and the accounts it acts for need to deploy the fleet, and nothing more. */
import { stringify } from 'yaml';
import { createRenderPool } from '../../../daemon/rendering/render-pool.ts';
import { sealSecret } from '../../../daemon/requests/approval-seals.ts';
import { formatProblem } from '../../../foundation/base/problem.ts';
import type { KubernetesObject } from '../../../foundation/manifest/object.ts';
import { type CollectRights, collectRights } from '../../../pipeline/collect-rights.ts';
import type { PreparedRelease } from '../../../pipeline/context.ts';
import { peopleIn } from '../../../pipeline/definitions/promotion-schema.ts';
import { definitionId } from '../../../pipeline/definitions/release-definition.ts';
import type { Grant } from '../../../pipeline/rights/grant.ts';
import { approvalRights, requiredRights, stateRights } from '../../../pipeline/rights/required-rights.ts';
import { roleObjects } from '../../../pipeline/rights/role-objects.ts';
import { allProblems } from '../../../pipeline/sync-revision.ts';
import { cliError } from '../cli-error.ts';
import { openClusters } from '../open-clusters.ts';
import { type GlobalOptions, historiesOf, readConfig, readFleet } from '../open-fleet.ts';
import type { OutputFormat } from '../output-format.ts';
import type { CommandLine } from '../run-command-line.ts';
import { type Selection, select } from '../select.ts';

export interface RbacOptions extends GlobalOptions, Selection {
  /** `NAMESPACE/NAME` of the daemon's ServiceAccount; default: `helm-gitops` beside its state. */
  readonly serviceAccount: string | undefined;
  readonly output: OutputFormat;
}

export async function rbac(line: CommandLine, options: RbacOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const config = await readConfig(line, options);
  const daemon = accountOption(options.serviceAccount, config.state.namespace);
  const clusters = await openClusters(line, config, stack);
  const { compat, kubeVersion, driver } = config.helm;
  const pool = stack.use(createRenderPool({ compat, kubeVersion, mask: line.mask }));
  const fleet = await readFleet(line, config);
  const problems = fleet.flatMap(allProblems);
  for (const problem of problems) line.stderr.write(`error: ${formatProblem(problem)}\n`);
  const releases = fleet.flatMap((synced) => synced.releases);
  const chosen = select(releases, options, ({ definition }) => definition);
  for (const { definition, unread = [] } of chosen)
    if (unread.length > 0)
      line.stderr.write(`warning: ${definitionId(definition)}: values that lie in the cluster are left out\n`);
  const documents: { cluster: string; objects: KubernetesObject[] }[] = [];
  for (const client of clusters.clients) {
    const here = chosen.filter(({ definition }) => definition.cluster === client.name);
    const context = {
      client,
      history: historiesOf(line, config, { client }),
      render: pool.render,
      signal: line.signal,
    };
    const onUnknown = (object: string) =>
      void line.stderr.write(
        `warning: ${client.name} does not know the kind of ${object}; rights to it are left out\n`,
      );
    const input = { context, daemon, driver, onUnknown };
    const objects = await clusters.ask(client, () => objectsOf(input, here, config.state.namespace));
    if (objects) documents.push({ cluster: client.name, objects });
  }
  line.stdout.write(options.output === 'json' ? formatJson(documents) : formatYaml(documents));
  if (problems.length > 0) return 2;
  return clusters.leftOut.size > 0 ? 1 : 0;
}

/** People may decide of it by the API. */
function isApproved({ definition: { promote, settings } }: PreparedRelease): boolean {
  if (settings.sync.approval === 'plan') return true;
  if (promote === undefined) return false;
  const { gates } = settings.promotion;
  return gates.includes('approval') || peopleIn(gates).some(({ user }) => user !== undefined);
}

function accountOption(text: string | undefined, namespace: string): string {
  if (text === undefined) return `${namespace}/helm-gitops`;
  if (/^[a-z0-9]([-a-z0-9]*[a-z0-9])?\/[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(text)) return text;
  throw cliError('cli.flag', `--service-account: "${text}" is not understood`, { hint: 'write NAMESPACE/NAME' });
}

async function objectsOf(
  input: CollectRights,
  releases: readonly PreparedRelease[],
  stateNamespace: string,
): Promise<KubernetesObject[]> {
  const { daemon } = input;
  const grants: Grant[] = stateRights(daemon, stateNamespace);
  if (releases.some(isApproved)) grants.push(...approvalRights(daemon, stateNamespace, sealSecret));
  for (const prepared of releases) grants.push(...requiredRights(await collectRights(input, prepared)));
  const [place = '', name = ''] = daemon.split('/');
  const namespaces = new Map<string, KubernetesObject>();
  for (const namespace of [stateNamespace, place]) namespaces.set(namespace, namespaceObject(namespace));
  for (const { definition } of releases) {
    const { namespace: ours, createNamespace, storageNamespace, foreign } = definition;
    if (createNamespace) namespaces.set(ours, namespaceObject(ours, createNamespace));
    if (storageNamespace !== undefined && (createNamespace || foreign) && !namespaces.has(storageNamespace))
      namespaces.set(storageNamespace, namespaceObject(storageNamespace));
  }
  return [
    ...[...namespaces.values()].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1)),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: place } },
    ...roleObjects(grants),
  ];
}

/** Nobody has a Role in a namespace that is not there: what the daemon would create comes first. */
function namespaceObject(
  name: string,
  { labels, annotations }: { labels: Record<string, string>; annotations: Record<string, string> } = {
    labels: {},
    annotations: {},
  },
): KubernetesObject {
  const noted = Object.keys(annotations).length > 0 ? { annotations } : {};
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { name, ...labels }, ...noted } };
}

type Documents = readonly { cluster: string; objects: readonly KubernetesObject[] }[];

function formatYaml(documents: Documents): string {
  return documents
    .flatMap(({ cluster, objects }) => [
      ...(documents.length > 1 ? [`# cluster ${cluster}\n`] : []),
      ...objects.map((object) => `---\n${stringify(object, { lineWidth: 0 })}`),
    ])
    .join('');
}

function formatJson(documents: Documents): string {
  const lists = documents.map(({ objects }) => ({ apiVersion: 'v1', kind: 'List', items: objects }));
  return lists.map((list) => `${JSON.stringify(list, null, 2)}\n`).join('');
}
