/** The warnings that the API server sends with every answer about a kind that is on its way out. */
import type { ResourceType } from '../resources/resource-type.ts';

const deprecated: Readonly<Record<string, string>> = {
  endpoints: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  componentstatuses: 'v1 ComponentStatus is deprecated in v1.19+',
};

export function deprecationWarnings({ name }: ResourceType): string[] {
  const warning = Object.hasOwn(deprecated, name) ? deprecated[name] : undefined;
  return warning === undefined ? [] : [warning];
}
