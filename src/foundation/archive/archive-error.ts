/** What is wrong with an archive; the message is Helm's or Go's where they refuse it too. */
import { GoError } from '../template/value.ts';

export interface ArchiveFault {
  /** The entry's name as it stands in the archive; undefined: it is no entry's fault. */
  readonly entry?: string | undefined;
  readonly tooLarge?: boolean;
  readonly cause?: unknown;
}

export class ArchiveError extends GoError {
  readonly entry: string | undefined;
  readonly tooLarge: boolean;
  constructor(message: string, { entry, tooLarge = false, cause }: ArchiveFault = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.entry = entry;
    this.tooLarge = tooLarge;
  }
}

/** Go's texts. */
export const badHeader = (): ArchiveError => new ArchiveError('archive/tar: invalid tar header');
export const unexpectedEnd = (cause?: unknown): ArchiveError => new ArchiveError('unexpected EOF', { cause });
