/** Whether a folder is a bare repository: what git itself looks for, without a working tree around it. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

export async function isBareRepository(folder: string): Promise<boolean> {
  const kinds = await Promise.all(
    ['HEAD', 'objects', 'refs'].map((name) =>
      stat(join(folder, name)).then(
        (info) => info.isDirectory(),
        () => undefined,
      ),
    ),
  );
  return kinds[0] === false && kinds[1] === true && kinds[2] === true;
}
