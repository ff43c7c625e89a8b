/**
 * A scenario of the contract between the embedded cluster and a real one: requests in order, in a namespace of its own.
 * `{ns}` stands for that namespace in paths, headers and bodies, `{x}` for what an earlier step saved as x.
 */

export interface Step {
  readonly method: string;
  /** As given, or short: `configmaps/a`, `apps:deployments/a/scale` lie in the namespace. */
  readonly path: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A bearer token in place of the admin's. */
  readonly token?: string;
  /** Names for parts of the answer. */
  readonly save?: Readonly<Record<string, string>>;
  /** Paths into the body: what of it is compared. Left out: all but managedFields. */
  readonly pick?: readonly string[];
  /** managedFields are compared too. */
  readonly fields?: boolean;
  /** Repeated until this holds of the body. */
  // biome-ignore lint/suspicious/noExplicitAny: bodies of every kind
  readonly until?: (body: any, code: number) => boolean;
  /** A watch: ended after so many events. */
  readonly events?: number;
  /** Of a refusal only its code is compared: its words are those of the network. */
  readonly anyWords?: boolean;
  /** Done, but nothing of it is compared. */
  readonly quiet?: boolean;
}

export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
  /** What the namespace does not take with it. */
  readonly cleanup?: readonly Step[];
}

export type More = Partial<Omit<Step, 'method' | 'path' | 'body'>>;

const step =
  (method: string) =>
  (path: string, body?: unknown, more: More = {}): Step => ({
    method,
    path,
    ...(body === undefined ? {} : { body }),
    ...more,
  });

export const get = (path: string, more: More = {}): Step => ({ method: 'GET', path, ...more });
export const post = step('POST');
export const put = step('PUT');
export const remove = step('DELETE');
export const merge = (path: string, body: unknown, more: More = {}): Step => ({
  ...step('PATCH')(path, body, more),
  type: 'application/merge-patch+json',
});
export const strategic = (path: string, body: unknown, more: More = {}): Step => ({
  ...step('PATCH')(path, body, more),
  type: 'application/strategic-merge-patch+json',
});
export const json = (path: string, body: unknown, more: More = {}): Step => ({
  ...step('PATCH')(path, body, more),
  type: 'application/json-patch+json',
});
export const apply = (path: string, body: unknown, more: More = {}): Step => ({
  ...step('PATCH')(path.includes('?') ? path : `${path}?fieldManager=one`, body, more),
  type: 'application/apply-patch+yaml',
});
export const head = (path: string, more: More = {}): Step => ({ method: 'HEAD', path, ...more });
export const watch = (path: string, events: number, more: More = {}): Step => ({
  method: 'GET',
  path,
  events,
  ...more,
});
export const quiet = (one: Step): Step => ({ ...one, quiet: true });
export const as = (user: string, one: Step): Step => ({
  ...one,
  headers: { ...one.headers, 'impersonate-user': user },
});

const groups: Readonly<Record<string, string>> = {
  apps: '/apis/apps/v1',
  batch: '/apis/batch/v1',
  rbac: '/apis/rbac.authorization.k8s.io/v1',
  net: '/apis/networking.k8s.io/v1',
  policy: '/apis/policy/v1',
  auto: '/apis/autoscaling/v2',
  coord: '/apis/coordination.k8s.io/v1',
  disc: '/apis/discovery.k8s.io/v1',
  ev: '/apis/events.k8s.io/v1',
};

export function wholePath(path: string): string {
  if (path.startsWith('/')) return path;
  const [, group, rest = path] = /^(\w+):(.*)$/.exec(path) ?? [];
  return `${group === undefined ? '/api/v1' : groups[group]}/namespaces/{ns}/${rest}`;
}

type Metadata = Readonly<Record<string, unknown>>;

export const configMap = (name: string, data?: object, metadata: Metadata = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  ...(data === undefined ? {} : { data }),
});

export function deployment(name: string, spec: object = {}, image = 'app:1') {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image }] } },
      ...spec,
    },
  };
}

export const pod = (name: string, spec: object = {}, image = 'app:1') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'c', image }], ...spec },
});
