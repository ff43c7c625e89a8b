/** Takes a request's method, path and query and returns what it wants to do, as authorization is asked about it. */
import type { Attributes } from '../access/attributes.ts';
import type { RequestTarget } from './parse-request.ts';

export interface Asked {
  readonly method: string | undefined;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly target: RequestTarget | undefined;
}

const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

export function attributesOf({ method = 'GET', path, query, target }: Asked): Attributes {
  if (target === undefined) {
    const verb = method === 'HEAD' ? 'head' : (verbs[method] ?? method.toLowerCase());
    return { verb: verb === 'create' ? 'post' : verb === 'update' ? 'put' : verb, path };
  }
  const { group, plural, subresource } = target;
  // A namespace counts as lying in itself: a Role in it may allow to read or delete it.
  const self = group === '' && plural === 'namespaces';
  const reads = method === 'GET' || method === 'HEAD';
  const collection = target.name === '';
  const selected = reads && collection ? nameSelected(query) : '';
  return {
    verb: reads
      ? readVerb(query, collection)
      : collection && method === 'DELETE'
        ? 'deletecollection'
        : (verbs[method] ?? method.toLowerCase()),
    group,
    resource: plural,
    subresource,
    namespace: self ? target.name : target.namespace,
    name: collection ? selected : target.name,
  };
}

export function isWatch(query: URLSearchParams): boolean {
  const watch = query.get('watch');
  return watch !== null && watch !== 'false' && watch !== '0';
}

function readVerb(query: URLSearchParams, collection: boolean): string {
  if (!collection) return 'get';
  return isWatch(query) ? 'watch' : 'list';
}

/** A list of one name by field selector is a question about that name. */
function nameSelected(query: URLSearchParams): string {
  const [, name = ''] = /(?:^|,)metadata\.name==?([^,!=]+)(?:,|$)/.exec(query.get('fieldSelector') ?? '') ?? [];
  return name;
}
