/** Takes JSON from a server, returns its members as a Map, or undefined where it is no object. */

export type JsonObject = ReadonlyMap<string, unknown>;

export function readJsonObject(text: string): JsonObject | undefined {
  try {
    return asJsonObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function asJsonObject(value: unknown): JsonObject | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
}
