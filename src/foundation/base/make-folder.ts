/** Folders that the program writes to, and what a file system has against that. */
import { mkdir } from 'node:fs/promises';
import { HelmGitopsError } from './errors.ts';

export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    throw unwritable(path, cause);
  });
}

const reasons: Readonly<Record<string, string>> = {
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
  ENOTDIR: 'a file lies in its way',
  EEXIST: 'a file lies in its way',
  // That is what Node makes of a read-only file system when it makes several folders at once.
  ENOENT: 'a folder above it cannot be written',
};

export const isUnwritable = (code: string | undefined): code is string => code !== undefined && code in reasons;

export function unwritable(path: string, cause: { readonly code?: string | undefined }): HelmGitopsError {
  const why = reasons[cause.code ?? ''] ?? cause.code ?? 'unknown';
  return new HelmGitopsError('files.unwritable', 'transient', `${path} cannot be written: ${why}`, {
    hint: 'make it writable; in a pod mount a volume there, an emptyDir is enough',
    cause,
  });
}
