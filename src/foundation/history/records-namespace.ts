/** Where Helm's records of a release lie: beside it, unless it is said otherwise, as Flux has it. */

export interface RecordsPlace {
  /** The release's. */
  readonly namespace: string;
  readonly storageNamespace?: string | undefined;
}

export function recordsNamespace({ namespace, storageNamespace = namespace }: RecordsPlace): string {
  return storageNamespace;
}
