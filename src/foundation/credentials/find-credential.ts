/**
 * Takes the configured credentials and the machine, returns the FindCredential that all share: the configuration first; for
 * `oci://` what it leaves open is filled from the files of Helm, Docker and Podman. It keeps nothing.
 */
import type { CredentialConfig } from '../git/repository-config.ts';
import { configuredCredential, type Environment } from './configured-credential.ts';
import type { FindCredential } from './credential.ts';
import { registryCredential } from './registry-credential.ts';

export interface FindCredentialOptions {
  readonly credentials: readonly CredentialConfig[];
  readonly environment: Environment;
  /** The user's home folder. */
  readonly home: string;
}

export function findCredential({ credentials, environment, home }: FindCredentialOptions): FindCredential {
  return async (url) => {
    const configured = await configuredCredential({ url, credentials, environment });
    if (configured?.password !== undefined) return configured;
    const place = /^oci:\/\/([^/?#@\s]+(?:\/[^?#@\s]*)?)$/i.exec(url)?.[1];
    if (place === undefined) return configured;
    const kept = await registryCredential(place.replace(/\/+$/, '').toLowerCase(), { environment, home });
    // Where the file has what the entry has not: undefined fields of the entry must not cover it.
    return kept === undefined || configured === undefined ? (kept ?? configured) : { ...configured, ...kept };
  };
}
