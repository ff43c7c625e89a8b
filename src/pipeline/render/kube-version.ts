/** Kubernetes versions as Helm reads them for `.Capabilities.KubeVersion`. */

export interface KubeVersion {
  /** What the user or the API server says: `v1.33.4-gke.1`. */
  readonly version: string;
  /** Numbers alone, for constraints: `v1.33.4`. */
  readonly normalized: string;
  readonly major: string;
  readonly minor: string;
}

/** Undefined: no version. `1.30` is one, `1` is not; Helm's sentence for that is `illegal version string "1"`. */
export function parseKubeVersion(text: string): KubeVersion | undefined {
  const [, numbers] = /^\s*v?(\d+(?:\.\d+)*)/.exec(text) ?? [];
  const parts = numbers?.split('.').map((part) => part.replace(/^0+(?=\d)/, '')) ?? [];
  const [major, minor] = parts;
  if (major === undefined || minor === undefined) return undefined;
  return { version: text.startsWith('v') ? text : `v${text}`, normalized: `v${parts.join('.')}`, major, minor };
}
