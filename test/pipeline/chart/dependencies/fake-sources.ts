/** Charts that would have to be fetched, kept in a folder of archives; it writes down what was asked. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { HelmGitopsError } from '../../../../src/foundation/base/errors.ts';
import { parseConstraint, satisfies, tryParseVersion } from '../../../../src/foundation/base/semver-constraint.ts';
import type { ChartRequest, ChartSources, FetchedChart } from '../../../../src/pipeline/chart/chart-sources.ts';
import { packChart } from '../../../support/pack-chart.ts';

export interface FakeSources extends ChartSources, Disposable {
  readonly asked: string[];
}

interface Kept {
  readonly repository: string;
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly digest: string;
}

/** By `REPOSITORY NAME VERSION`: the files of the chart beside its Chart.yaml, and what Chart.yaml says besides. */
export async function fakeSources(
  charts: Readonly<Record<string, { yaml?: string; files?: Readonly<Record<string, string>>; named?: string }>>,
): Promise<FakeSources> {
  const folder = mkdtempSync(join(tmpdir(), 'sources-'));
  const kept: Kept[] = [];
  for (const [key, { yaml = '', files = {}, named }] of Object.entries(charts)) {
    const [repository = '', name = '', version = ''] = key.split(' ');
    const entries = Object.entries(files).map(([file, text]) => [`${name}/${file}`, text]);
    const chartYaml = `apiVersion: v2\nname: ${named ?? name}\nversion: ${version}\n${yaml}`;
    const archive = await packChart({ [`${name}/Chart.yaml`]: chartYaml, ...Object.fromEntries(entries) });
    const digest = `sha256:${createHash('sha256').update(archive).digest('hex')}`;
    const path = join(folder, digest.slice(7));
    writeFileSync(path, archive);
    kept.push({ repository, name, version, path, digest });
  }
  const asked: string[] = [];
  return {
    asked,
    fetch: (request) => {
      const { repository, name, version } = parts(request);
      asked.push([repository, name, version].join(' '));
      const range = parseConstraint(version === '' ? '*' : version);
      const fits = (one: Kept) => {
        const parsed = tryParseVersion(one.version);
        return one.repository === repository && one.name === name && parsed !== undefined && satisfies(range, parsed);
      };
      const found = kept.findLast(fits);
      if (found === undefined) {
        return Promise.reject(
          new HelmGitopsError('chart.no-version', 'user', `no ${name} ${version} in ${repository}`),
        );
      }
      return Promise.resolve(fetched(found));
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function parts(request: ChartRequest): { repository: string; name: string; version: string } {
  if (request.type === 'git') throw new Error('no git here');
  if (request.type === 'repository') return request;
  const at = request.reference.lastIndexOf('/');
  return {
    repository: request.reference.slice(0, at),
    name: request.reference.slice(at + 1),
    version: request.version,
  };
}

const fetched = ({ repository, name, version, path, digest }: Kept): FetchedChart => ({
  path,
  root: dirname(path),
  version,
  digest,
  from: `${repository}/${name}-${version}.tgz`,
});
