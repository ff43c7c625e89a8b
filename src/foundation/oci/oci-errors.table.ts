/** Codes of everything that can go wrong with what a registry holds; the way there is told by `http.` codes. */
import type { Fault } from '../base/errors.ts';

export const ociErrors = {
  'oci.denied': { fault: 'user', summary: 'a registry, or its token server, denies access' },
  'oci.digest': { fault: 'transient', summary: 'what a registry sends is not what its digest or size says' },
  'oci.disagree': { fault: 'user', summary: 'a tag and a digest were given that name different things' },
  'oci.manifest': { fault: 'user', summary: 'a manifest is broken, or is not that of a Helm chart' },
  'oci.no-repository': { fault: 'user', summary: 'a registry has no repository of that name' },
  'oci.no-version': { fault: 'user', summary: 'a repository of a registry has no such tag or digest' },
  'oci.protocol': { fault: 'transient', summary: 'a registry, or its token server, breaks the protocol' },
  'oci.reference': { fault: 'user', summary: 'a reference to a registry is not well formed' },
  'oci.refused': { fault: 'user', summary: 'a registry refuses a request, such as a push of an existing tag' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;

export type OciErrorCode = keyof typeof ociErrors;
