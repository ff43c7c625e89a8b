/**
 * From a definition's chart reference to a chart in memory, its dependencies with it. Takes the reference and the
 * checkout it belongs to, returns the chart; reads nothing outside the checkout and downloads nothing.
 */
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { asHelmGitopsError, HelmGitopsError, type Place } from '../../foundation/base/errors.ts';
import { submoduleHint, submoduleOf } from '../../foundation/git/left-out.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import type { ChartReference } from '../definitions/release-definition.ts';
import type { Checkout } from '../source/checkout.ts';
import { assembleChart } from './assemble-chart.ts';
import type { Chart } from './chart.ts';
import { chartError } from './chart-error.ts';
import { type ChartRequest, type ChartSources, describeRequest, noSources } from './chart-sources.ts';
import { loadChart } from './load-chart.ts';
import { isInside } from './read-chart-folder.ts';
import { readPlainFolder } from './read-plain-folder.ts';
import { checkDependencies, resolveDependencies } from './resolve-dependencies.ts';

export interface ResolveChartOptions {
  readonly compat?: Compat;
  /** False: exactly as `helm template`, for which a `file://` dependency that is not in charts/ is missing. */
  readonly resolveFileDependencies?: boolean;
  /** Charts that lie elsewhere; without it, naming one is an error. */
  readonly sources?: ChartSources | undefined;
}

export async function resolveChart(
  reference: ChartReference,
  checkout: Pick<Checkout, 'root'>,
  options: ResolveChartOptions = {},
): Promise<Chart> {
  const { compat = 'helm4', sources = noSources } = options;
  const { folder, root, shown } = await locateReference(reference, checkout.root, sources);
  const { plain } = reference;
  const manifests = plain && readPlainFolder({ folder, root, shown, plain });
  if (manifests !== undefined) return await assembleChart(manifests, compat, { shown });
  const chart = await loadChart(folder, { compat, root, shownAs: shown });
  const resolved =
    (options.resolveFileDependencies ?? true)
      ? await resolveDependencies(chart, {
          folder,
          shown,
          root,
          compat,
          sources: options.sources,
          repositories: sources.aliases,
          lock: reference.lock,
        })
      : chart;
  checkDependencies(resolved, { folder, shown, compat });
  return resolved;
}

interface Located {
  /** Or an archive. */
  readonly folder: string;
  readonly root: string;
  readonly shown: string;
}

async function locateReference(reference: ChartReference, root: string, sources: ChartSources): Promise<Located> {
  if (reference.type === 'path')
    return { folder: ownPath({ ...reference, what: 'chart' }, root), root, shown: reference.path };
  try {
    const fetched = await sources.fetch(requestOf(reference, root));
    return { folder: fetched.path, root: fetched.root, shown: fetched.from };
  } catch (thrown) {
    const { code, fault, message, hint } = asHelmGitopsError(thrown);
    if (fault === 'internal') throw thrown;
    throw new HelmGitopsError(code, fault, message, { place: reference.place, hint, cause: thrown });
  }
}

function requestOf(reference: Exclude<ChartReference, { type: 'path' }>, root: string): ChartRequest {
  const { place, lock: _lock, plain: _plain, keyring: keys, ...rest } = reference;
  const inCheckout = (path: string) => ownPath({ path, place, what: 'key' }, root);
  const keyring = keys === undefined ? {} : { keyring: inCheckout(keys) };
  if (rest.type !== 'oci') return { ...rest, ...keyring };
  const { cosignKey, ...request } = rest;
  return { ...request, ...keyring, ...(cosignKey === undefined ? {} : { cosignKey: inCheckout(cosignKey) }) };
}

/** As people name it: `the chart charts/shop`, `the chart shop of https://charts.example.com ~1.4`. */
export function describeReference(reference: ChartReference): string {
  return reference.type === 'path' ? `the chart ${reference.path}` : describeRequest(reference);
}

/** A submodule that is not fetched is an empty folder. */
function isNothing(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined || (stats.isDirectory() && readdirSync(path).length === 0);
}

interface OwnFile {
  readonly path: string;
  readonly place: Place;
  readonly what: 'chart' | 'key';
}

function ownPath({ path, place, what }: OwnFile, root: string): string {
  const joined = join(root, path);
  if (isAbsolute(path) || !isInside(root, joined)) {
    throw chartError('chart.outside', `the ${what} ${path} lies outside the repository`, { place });
  }
  const submodule = isNothing(joined) ? submoduleOf(root, path) : undefined;
  if (submodule !== undefined) {
    const message = `the ${what} ${path} lies in the git submodule ${submodule}, which is not fetched`;
    throw chartError('chart.not-found', message, { place, hint: submoduleHint });
  }
  if (!existsSync(joined)) {
    throw chartError('chart.not-found', `there is no ${what} at ${path}`, {
      place,
      hint: `${what === 'chart' ? 'a path chart is a folder with a Chart.yaml' : 'it is a file'}, named from the repository's root`,
    });
  }
  if (!isInside(realpathSync(root), realpathSync(joined))) {
    throw chartError('chart.outside', `the ${what} ${path} is a link that leads out of the repository`, { place });
  }
  return joined;
}
