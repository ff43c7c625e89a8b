/** What a document says of itself before anybody looks at the rest. */

export interface Head {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string | undefined;
}

export function headOf(data: unknown): Head | undefined {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  const { apiVersion, kind, metadata } = data as Record<string, unknown>;
  if (typeof apiVersion !== 'string') return undefined;
  const name =
    typeof metadata === 'object' && metadata !== null ? (metadata as Record<string, unknown>).name : undefined;
  return { apiVersion, kind: typeof kind === 'string' ? kind : '', name: typeof name === 'string' ? name : undefined };
}

/** What a broken text says of itself, so that nobody mistakes it for having gone. */
export function wordAfter(text: string, field: 'kind' | 'name'): string | undefined {
  return new RegExp(`(?:^|[\\s{,])${field}:\\s*["']?([A-Za-z0-9-]+)`).exec(text)?.[1];
}
