/** `push`: a packed chart to a registry, as `helm push` does, or to a chart repository over HTTP. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, type Stats, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Credential } from '../../../foundation/credentials/credential.ts';
import { findCredential } from '../../../foundation/credentials/find-credential.ts';
import { readHelmRepositories } from '../../../foundation/credentials/read-helm-repositories.ts';
import type { HttpClient } from '../../../foundation/http/http-client.ts';
import { openHttpClient } from '../../../foundation/http/open-http-client.ts';
import { openRegistry } from '../../../foundation/oci/open-registry.ts';
import { pushChart } from '../../../foundation/oci/push-chart.ts';
import { formatReference, parseReference } from '../../../foundation/oci/reference.ts';
import type { ChartMetadata } from '../../../pipeline/chart/chart.ts';
import { chartError } from '../../../pipeline/chart/chart-error.ts';
import { loadChart } from '../../../pipeline/chart/load-chart.ts';
import { writeMetadataJson } from '../../../pipeline/chart/marshal-metadata.ts';
import { uploadChart } from '../../../pipeline/chart/upload-chart.ts';
import { cliError } from '../cli-error.ts';
import { type ParsedFlags, parseFlags } from '../parse-flags.ts';
import type { CommandLine } from '../run-command-line.ts';
import { dependencyFlags } from './dependency-flags.table.ts';
import { flagLines } from './flag-lines.ts';
import { pushFlags, pushOwnFlags } from './package-flags.table.ts';

export async function push(line: CommandLine, args: readonly string[]): Promise<number> {
  const { values, operands } = parseFlags(args, pushFlags);
  const [chart, remote] = operands;
  if (values.get('help')?.[0] === 'true') {
    line.stdout.write(help());
    return 0;
  }
  if (chart === undefined || remote === undefined) {
    throw cliError('cli.arguments', '"helm-gitops push" requires at least 2 arguments', {
      hint: 'helm-gitops push shop-1.0.0.tgz oci://registry.example.com/charts',
    });
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(remote)?.[1]?.toLowerCase();
  if (scheme === undefined) throw cliError('cli.arguments', 'scheme prefix missing from remote (e.g. "oci://")');
  if (!['oci', 'http', 'https'].includes(scheme)) {
    throw cliError('cli.arguments', `scheme ${JSON.stringify(scheme)} not supported`, {
      hint: 'charts are pushed to oci://, https:// and http://',
    });
  }
  const pushing = await readPushing(line, chart, values);
  await using http = openHttpClient({ environment: pushing.environment });
  line.stdout.write(await (scheme === 'oci' ? toRegistry : toRepository)(http, remote, pushing));
  return 0;
}

interface Pushing {
  readonly line: CommandLine;
  readonly values: ParsedFlags['values'];
  /** With the files that flags name. */
  readonly environment: CommandLine['environment'];
  readonly home: string;
  readonly metadata: ChartMetadata;
  readonly archive: Uint8Array;
  readonly provenance: Uint8Array | undefined;
  readonly modified: Date;
}

async function readPushing(line: CommandLine, chart: string, values: ParsedFlags['values']): Promise<Pushing> {
  const path = resolve(line.folder, chart);
  const stats: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw chartError('chart.not-found', `${chart}: no such file`);
  if (stats.isDirectory()) {
    throw chartError('chart.invalid', 'cannot push directory, must provide chart archive (.tgz)', {
      hint: 'helm-gitops package makes one',
    });
  }
  const { metadata } = await loadChart(path, { shownAs: chart });
  const file = (flag: string, name: string) => {
    const given = values.get(flag)?.[0] || undefined;
    return given === undefined ? {} : { [name]: resolve(line.folder, given) };
  };
  return {
    line,
    values,
    environment: {
      ...line.environment,
      ...file('registry-config', 'HELM_REGISTRY_CONFIG'),
      ...file('repository-config', 'HELM_REPOSITORY_CONFIG'),
    },
    home: line.environment['HOME'] || homedir(),
    metadata,
    archive: readFileSync(path),
    provenance: existsSync(`${path}.prov`) ? readFileSync(`${path}.prov`) : undefined,
    modified: stats.mtime,
  };
}

async function toRegistry(http: HttpClient, remote: string, pushing: Pushing): Promise<string> {
  const { metadata, archive, provenance, modified, line, environment, home } = pushing;
  const ofFiles = findCredential({ credentials: [], environment, home });
  const find = async (url: string) => withFlags(await ofFiles(url), pushing);
  const registry = openRegistry({ http, findCredential: find, now: () => line.now().getTime() });
  const { digest, reference } = await pushChart(registry, {
    reference: parseReference(remote.replace(/\/+$/, '')),
    archive,
    metadata: writeMetadataJson(metadata),
    provenance,
    created: modified,
    signal: line.signal,
  });
  const shown = formatReference(reference);
  const note = reference.tag?.includes('_') ? `${shown} contains an underscore.\n${UNDERSCORE}\n` : '';
  return `Pushed: ${shown}\nDigest: ${digest}\n${note}`;
}

/** Helm's own words. */
const UNDERSCORE = `
OCI artifact references (e.g. tags) do not support the plus sign (+). To support
storing semantic versions, Helm adopts the convention of changing plus (+) to
an underscore (_) in chart version tags when pushing to a registry and back to
a plus (+) when pulling from a registry.`;

async function toRepository(http: HttpClient, remote: string, pushing: Pushing): Promise<string> {
  const { metadata, archive, provenance, line, environment, home, values } = pushing;
  const repositories = await readHelmRepositories({ environment, home });
  const origin = URL.parse(remote)?.origin;
  const known = repositories.find(({ url }) => URL.parse(url)?.origin === origin && remote.startsWith(url));
  const url = await uploadChart(http, {
    url: remote,
    fileName: `${metadata.name}-${metadata.version}.tgz`,
    archive,
    provenance,
    credential: withFlags(known?.credential, pushing),
    force: values.get('force')?.[0] === 'true',
    signal: line.signal,
  });
  return `Pushed: ${url}\nDigest: sha256:${createHash('sha256').update(archive).digest('hex')}\n`;
}

function withFlags(found: Credential | undefined, { values, line }: Pushing): Credential {
  const text = (name: string) => values.get(name)?.[0] || undefined;
  const file = (name: string) => {
    const given = text(name);
    return given === undefined ? undefined : resolve(line.folder, given);
  };
  const [username, password] = [text('username'), text('password')];
  const flags = {
    caFile: file('ca-file'),
    certFile: file('cert-file'),
    keyFile: file('key-file'),
    insecureSkipTlsVerify: text('insecure-skip-tls-verify') === 'true' ? true : undefined,
    plainHttp: text('plain-http') === 'true' ? true : undefined,
  };
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
  return { ...(username === undefined && password === undefined ? found : { username, password }), ...given };
}

const help = (): string => {
  const shown = ['username', 'password', 'ca-file', 'cert-file', 'key-file', 'insecure-skip-tls-verify', 'plain-http'];
  const table = Object.entries(dependencyFlags.update).filter(([name]) => shown.includes(name));
  return `Usage: helm-gitops push ARCHIVE oci://HOST/PATH|https://HOST/PATH [flags]

Pushes a packed chart, with ARCHIVE.prov where there is one: to a registry as helm push does, or to a chart repository
(ChartMuseum's API, else a PUT of the file).

Flags:
${flagLines({ ...pushOwnFlags, ...Object.fromEntries(table) })}`;
};
