/**
 * A release that is pinned to a commit of its own repository: its path chart and the value files that others read too are
 * those of that commit, files that it alone reads those of the head. Takes the definition, returns it with such a chart, and
 * the files to read. The commit comes by the way of charts of other repositories, so that a render thread finds it too.
 */

import { isAbsolute, join } from 'node:path';
import { asHelmGitopsError, HelmGitopsError, type Place } from '../foundation/base/errors.ts';
import { placeIn } from '../foundation/base/repository-path.ts';
import { repositoryAround } from '../foundation/git/repository-around.ts';
import type { ChartSources } from './chart/chart-sources.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';
import type { SharedFiles } from './shared-files.ts';
import type { Checkout } from './source/checkout.ts';
import { type CheckoutFiles, openCheckoutFiles } from './source/checkout-files.ts';

export interface PinInput {
  /** Of the repository that holds the definition. */
  readonly url: string | undefined;
  readonly sources: ChartSources;
  /** Of the head. */
  readonly files: CheckoutFiles;
  /** Where somebody vouches for the head a pin has to name what that covers. */
  readonly checkout?: Pick<Checkout, 'signer'>;
  /** Value files that more than one release reads. */
  readonly shared: SharedFiles;
}

export interface PinnedRelease {
  readonly definition: ReleaseDefinition;
  readonly files: CheckoutFiles;
  /** Of the repository of that commit; a local folder may lie deep in it. */
  readonly url: string | undefined;
}

export async function pinRelease(definition: ReleaseDefinition, input: PinInput): Promise<PinnedRelease> {
  const { pin, chart } = definition;
  const { files, shared, url } = input;
  const { elsewhere = '' } = definition.origin;
  if (pin === undefined || url === undefined) return { definition, files, url };
  const { revision, place } = pin;
  if (input.checkout?.signer !== undefined && !/^[0-9a-f]{40,64}$/.test(revision)) throw unsignedPin(revision, place);
  const around = isAbsolute(url) ? await repositoryAround(url) : undefined;
  const [repository, folder] = around?.path ? [around.root, around.path] : [url, ''];
  const root = await rootOf(input.sources, { url: repository, revision }).catch((thrown: unknown) => {
    const { code, fault, message, hint } = asHelmGitopsError(thrown);
    throw fault === 'internal' ? thrown : new HelmGitopsError(code, fault, message, { place, hint, cause: thrown });
  });
  const then = await openCheckoutFiles(join(root, folder)).catch((cause: unknown) => {
    const message = `there is no ${folder} in commit ${revision}`;
    throw new HelmGitopsError('source.unreadable', 'user', message, { place, cause });
  });
  const { lock, path } = chart.type === 'path' ? chart : { lock: chart.lock, path: undefined };
  const source = {
    type: 'git',
    url: repository,
    revision,
    path: [folder, path].filter(Boolean).join('/'),
    keyring: undefined,
    lock,
    place: chart.place,
    ...(chart.plain === undefined ? {} : { plain: chart.plain }),
  } as const;
  return {
    url: repository,
    definition: path === undefined ? definition : { ...definition, chart: source },
    files: { ...files, read: (name) => (shared.has(placeIn(elsewhere, name)) ? then.read(name) : files.read(name)) },
  };
}

/** The head's signature covers the pin as it is written; what a branch, a tag or a few digits name is up to others. */
function unsignedPin(revision: string, place: Place): HelmGitopsError {
  const message = `the commits of this repository are verified, and nobody vouches for what ${JSON.stringify(revision)} names`;
  const hint = 'name the commit by all of its digits: git rev-parse REVISION';
  return new HelmGitopsError('source.unsigned', 'user', message, { place, hint });
}

async function rootOf(sources: ChartSources, { url, revision }: { url: string; revision: string }): Promise<string> {
  return (await sources.fetch({ type: 'git', url, revision, path: '' })).root;
}
