/** Which of two states of an object is the older, by their resource versions: comparable within one kind (declared so since Kubernetes 1.35). */

const digits = /^(0|[1-9]\d*)$/;

/** False too where either is none that can be compared. */
export function isOlderVersion(version: string | undefined, than: string | undefined): boolean {
  if (version === undefined || than === undefined) return false;
  if (!digits.test(version) || !digits.test(than)) return false;
  return version.length === than.length ? version < than : version.length < than.length;
}
