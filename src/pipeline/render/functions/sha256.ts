/** SHA-256 of bytes, in lower-case hex. The bundle of `template` takes sha256-in-script.ts in its place. */
import { createHash } from 'node:crypto';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
