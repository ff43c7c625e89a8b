/**
 * Watches a local folder and says, once a burst of edits is over, that something changed; what changed is for fetchRevision
 * to find out. Folders of git and of the daemon itself are left out.
 */
import { basename } from 'node:path';
import { watch } from 'chokidar';

export interface WatchFolderInput {
  readonly folder: string;
  readonly onChange: () => void;
  /** Polling goes on where watching fails. */
  readonly onError?: (error: unknown) => void;
  /** So long nothing may happen before a change is reported; milliseconds. */
  readonly quiet?: number;
}

/** An editor writes, renames and removes within a few milliseconds; a person never notices a tenth of a second. */
const defaultQuiet = 100;
/** Somebody who writes without end is still heard. */
const longest = 20;
const leftOut: ReadonlySet<string> = new Set(['.git', '.helm-gitops', 'node_modules']);

/** Resolves when every folder is watched: a change from then on is seen. */
export async function watchFolder(input: WatchFolderInput): Promise<AsyncDisposable> {
  const { folder, onChange, onError = () => undefined, quiet = defaultQuiet } = input;
  let timer: NodeJS.Timeout | undefined;
  let postponed = 0;
  const report = (): void => {
    timer = undefined;
    postponed = 0;
    onChange();
  };
  const noticed = (): void => {
    if (timer !== undefined && postponed >= longest) return;
    clearTimeout(timer);
    postponed++;
    timer = setTimeout(report, quiet);
  };
  const watcher = watch(folder, {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path) => path !== folder && leftOut.has(basename(path)),
  });
  watcher.on('all', noticed);
  watcher.on('error', onError);
  await new Promise<void>((resolve) => void watcher.once('ready', () => resolve()));
  return {
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
