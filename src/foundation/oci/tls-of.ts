/** Takes a credential, returns of it what concerns TLS alone: for requests whose Authorization is written by hand. */
import type { Credential } from '../credentials/credential.ts';

export function tlsOf(credential: Credential | undefined): Credential | undefined {
  if (credential === undefined) return undefined;
  const { caFile, certFile, keyFile, insecureSkipTlsVerify } = credential;
  return { caFile, certFile, keyFile, insecureSkipTlsVerify };
}
