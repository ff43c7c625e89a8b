/**
 * Where a worker's entry lies: beside its starter as `.ts` when the source is run as it is, in the bundle's folder as
 * `.js` when it is not.
 */
export function workerUrl(starter: string, name: string): URL {
  return new URL(starter.endsWith('.ts') ? `./${name}.ts` : `./${name}.js`, starter);
}
