/**
 * Resolves a release, or returns the very object that the same request had the last time: what is parsed once and layered
 * as before gives the same release, and whoever compares two looks can compare by identity.
 */
import { type ReleaseRequest, type ResolvedRelease, resolveRelease } from './resolve-release.ts';

/** By the application as it was parsed, and by environment. */
export type ResolvedReleases = WeakMap<object, Map<string, Resolved>>;

interface Resolved {
  readonly asked: readonly unknown[];
  /** The commit that was read, where the answer depends on it: most do not, and a new one leaves them as they are. */
  readonly commit: string | undefined;
  readonly release: ResolvedRelease;
}

export function resolveOnce(known: ResolvedReleases, request: ReleaseRequest): ResolvedRelease {
  const { application, environment } = request;
  const ofApplication = known.get(application) ?? new Map<string, Resolved>();
  known.set(application, ofApplication);
  const asked = partsOf(request);
  const before = ofApplication.get(environment);
  const { around } = request;
  const { commit } = around.own;
  if (before !== undefined && areSame(before.asked, asked) && (before.commit ?? commit) === commit)
    return before.release;
  let read: string | undefined;
  const own = {
    ...around.own,
    get commit() {
      read = commit;
      return commit;
    },
  };
  const release = resolveRelease({ ...request, around: { ...around, own } });
  ofApplication.set(environment, { asked, commit: read, release });
  return release;
}

/** Everything that the answer depends on: parsed documents, which are themselves while their file is the same, and texts. */
function partsOf({
  defaults,
  environmentDefinition,
  namespace,
  clusters,
  origin,
  project,
  around,
}: ReleaseRequest): unknown[] {
  const { repository, url, path, parents, through = [], place, elsewhere } = origin;
  const led = through.flatMap(({ file, name }) => [file, name]);
  const lists = [defaults, clusters, parents, led].flatMap((list) => [list.length, ...list]);
  const { own, aliases } = around;
  const ofOwn = [own.revision, own.mode, own.urls.length, ...own.urls];
  return [
    environmentDefinition,
    namespace,
    project,
    repository,
    url,
    path,
    place,
    elsewhere,
    aliases,
    ...ofOwn,
    ...lists,
  ];
}

function areSame(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((part, position) => part === right[position]);
}
