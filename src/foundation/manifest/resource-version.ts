/** Which of two states of an object is the older, by their resource versions: comparable within one kind (declared so since Kubernetes 1.35). */

/** False too where either is none that can be compared. */
export function isOlderVersion(version: string | undefined, than: string | undefined): boolean {
  if (version === undefined || than === undefined) return false;
  return /^\d+$/.test(version) && /^\d+$/.test(than) && BigInt(version) < BigInt(than);
}
