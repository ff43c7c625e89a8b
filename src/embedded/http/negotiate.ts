/** Which of the server's forms a client wants, read from its Accept header: the first that can be had. */

export type Representation = 'object' | 'table' | 'metadata';

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

export function parseAccept(accept: string | undefined): MediaRange[] {
  return (accept ?? '')
    .split(',')
    .map((range) => range.split(';').map((part) => part.trim()))
    .map(([type = '', ...parameters]) => ({
      type: type.toLowerCase(),
      parameters: new Map(parameters.map((one) => [one.split('=')[0] ?? '', one.slice(one.indexOf('=') + 1)])),
    }));
}

function isJson(type: string): boolean {
  return type === 'application/json' || type === 'application/*' || type === '*/*' || type === '';
}

/** `metadata`: PartialObjectMetadata, of one object or of a list. */
export function representation(accept: string | undefined): Representation {
  for (const { type, parameters } of parseAccept(accept)) {
    if (!isJson(type)) continue;
    const form = parameters.get('as');
    if (form === undefined) return 'object';
    if (parameters.get('g') !== 'meta.k8s.io' || parameters.get('v') !== 'v1') continue;
    if (form === 'Table') return 'table';
    if (form === 'PartialObjectMetadata' || form === 'PartialObjectMetadataList') return 'metadata';
  }
  return 'object';
}

const served = new Set(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']);

/** Whether there is any form that the client takes. */
export function isAcceptable(accept: string | undefined): boolean {
  return parseAccept(accept).some(({ type }) => isJson(type) || served.has(type));
}

/** Whether aggregated discovery is wanted, and in which version. */
export function wantsAggregated(accept: string | undefined): boolean {
  for (const { type, parameters } of parseAccept(accept)) {
    if (!isJson(type)) continue;
    return (
      parameters.get('as') === 'APIGroupDiscoveryList' &&
      parameters.get('g') === 'apidiscovery.k8s.io' &&
      parameters.get('v') === 'v2'
    );
  }
  return false;
}
