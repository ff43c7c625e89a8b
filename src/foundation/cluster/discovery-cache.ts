/** Keeps a cluster's discovery: read once, one group version read anew when a kind is missed, forgotten when it goes. */
import type { GroupVersionKind } from '../manifest/object.ts';
import type { ApiResource, Discovery } from './cluster-client.ts';
import { type Fetch, fetchDiscovery, fetchGroupVersion, withGroupVersion } from './discovery.ts';

export interface DiscoveryCache {
  read(refresh: boolean): Promise<Discovery>;
  /** Asks the server about a kind that is not known. */
  find(gvk: GroupVersionKind): Promise<ApiResource | undefined>;
  forget(gvk: GroupVersionKind): void;
}

export function openDiscoveryCache(fetch: Fetch): DiscoveryCache {
  let known: Promise<Discovery> | undefined;
  /** One question about a group version at a time; those who ask meanwhile share its answer. */
  const asking = new Map<string, Promise<Discovery>>();
  const forgotten = new Set<string>();

  function readAll(): Promise<Discovery> {
    const reading = fetchDiscovery(fetch);
    const previous = known;
    known = reading;
    forgotten.clear();
    reading.catch(() => {
      if (known === reading) known = previous;
    });
    return reading;
  }

  function ask(groupVersion: string): Promise<Discovery> {
    const running = asking.get(groupVersion);
    if (running !== undefined) return running;
    const question = (async () => {
      const fresh = await fetchGroupVersion(fetch, groupVersion);
      const merged = withGroupVersion(await (known ?? readAll()), groupVersion, fresh);
      known = Promise.resolve(merged);
      forgotten.delete(groupVersion);
      return merged;
    })().finally(() => asking.delete(groupVersion));
    asking.set(groupVersion, question);
    return question;
  }

  return {
    read: (refresh) => (refresh || known === undefined ? readAll() : known),
    async find(gvk) {
      const groupVersion = gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`;
      const first = known === undefined;
      const found = forgotten.has(groupVersion) ? undefined : (await (known ?? readAll())).resource(gvk);
      // What was just read from the server need not be asked again.
      if (found !== undefined || first) return found;
      return (await ask(groupVersion)).resource(gvk);
    },
    forget(gvk) {
      forgotten.add(gvk.group === '' ? gvk.version : `${gvk.group}/${gvk.version}`);
    },
  };
}
