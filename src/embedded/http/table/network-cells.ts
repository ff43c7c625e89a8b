/** Rows of Services, Ingresses and their kin. */
import type { JsonObject } from '../../../foundation/manifest/object.ts';
import { age } from './age.ts';
import { at, createdAt, items, labelPairs, nameOf, type RowCells, selectorText, text } from './cell.ts';

function list(object: unknown, path: string): string[] {
  const value = at(object, path);
  return Array.isArray(value) ? value.map(String) : [];
}

function addresses(object: JsonObject): string[] {
  return items(object, 'status.loadBalancer.ingress').map((one) => text(one, 'ip', '') || text(one, 'hostname', ''));
}

function externalIp(service: JsonObject): string {
  const type = text(service, 'spec.type', '');
  const extra = list(service, 'spec.externalIPs');
  if (type === 'ExternalName') return text(service, 'spec.externalName', '');
  if (type !== 'LoadBalancer') return extra.join(',') || '<none>';
  const all = [...addresses(service), ...extra];
  return all.length === 0 ? '<pending>' : all.join(',');
}

const service: RowCells = (object, now) => [
  nameOf(object),
  text(object, 'spec.type', ''),
  text(object, 'spec.clusterIP'),
  externalIp(object),
  items(object, 'spec.ports')
    .map((port) => `${String(port.port)}${port.nodePort ? `:${String(port.nodePort)}` : ''}/${String(port.protocol)}`)
    .join(',') || '<none>',
  age(createdAt(object), now),
  labelPairs(at(object, 'spec.selector')).join(',') || '<none>',
];

const ingress: RowCells = (object, now) => {
  const hosts = items(object, 'spec.rules').map((rule) => text(rule, 'host', '*'));
  const shown = hosts.length > 3 ? `${hosts.slice(0, 3).join(',')} + ${hosts.length - 3} more...` : hosts.join(',');
  return [
    nameOf(object),
    text(object, 'spec.ingressClassName'),
    shown === '' ? '*' : shown,
    addresses(object).join(','),
    items(object, 'spec.tls').length > 0 ? '80, 443' : '80',
    age(createdAt(object), now),
  ];
};

const endpoints: RowCells = (object, now) => {
  const all = items(object, 'subsets').flatMap((subset) => {
    const hosts = items(subset, 'addresses').map((one) => text(one, 'ip', ''));
    const ports = items(subset, 'ports').map((one) => String(one.port));
    return ports.length === 0 ? hosts : hosts.flatMap((host) => ports.map((port) => `${host}:${port}`));
  });
  const shown = all.length > 3 ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...` : all.join(',');
  return [nameOf(object), shown === '' ? '<none>' : shown, age(createdAt(object), now)];
};

const endpointSlice: RowCells = (object, now) => {
  const more = (all: string[], unset: string): string =>
    all.length === 0
      ? unset
      : all.length > 3
        ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...`
        : all.join(',');
  return [
    nameOf(object),
    text(object, 'addressType', ''),
    more(
      items(object, 'ports').map((one) => text(one, 'port', '*')),
      '<unset>',
    ),
    more(
      items(object, 'endpoints').flatMap((one) => list(one, 'addresses')),
      '<unset>',
    ),
    age(createdAt(object), now),
  ];
};

export const networkCells: Readonly<Record<string, RowCells>> = {
  services: service,
  endpoints,
  'ingresses.networking.k8s.io': ingress,
  'endpointslices.discovery.k8s.io': endpointSlice,
  'networkpolicies.networking.k8s.io': (object, now) => [
    nameOf(object),
    selectorText(at(object, 'spec.podSelector')),
    age(createdAt(object), now),
  ],
  'ingressclasses.networking.k8s.io': (object, now) => {
    const { kind, name, apiGroup } = (at(object, 'spec.parameters') ?? {}) as Record<string, unknown>;
    const parameters =
      kind === undefined ? '<none>' : `${String(kind)}${apiGroup ? `.${String(apiGroup)}` : ''}/${String(name)}`;
    return [nameOf(object), text(object, 'spec.controller', ''), parameters, age(createdAt(object), now)];
  },
  'servicecidrs.networking.k8s.io': (object, now) => [
    nameOf(object),
    list(object, 'spec.cidrs').join(','),
    age(createdAt(object), now),
  ],
};
