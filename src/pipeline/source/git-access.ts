/** Takes the configured credentials and a URL, returns what git needs of those of the longest matching beginning. */
import { type ConfiguredRequest, configuredCredential } from '../../foundation/credentials/configured-credential.ts';
import type { GitAccess } from '../../foundation/git/run-git.ts';

export type AccessRequest = ConfiguredRequest;

export async function gitAccess(request: AccessRequest): Promise<GitAccess | undefined> {
  const credential = await configuredCredential(request);
  if (credential === undefined) return undefined;
  const { username, password, sshKeyFile, knownHostsFile, caFile } = credential;
  return {
    url: request.url,
    sshKeyFile,
    knownHostsFile,
    caFile,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}
