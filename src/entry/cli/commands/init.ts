/** `init`: the files of a new fleet repository. An existing file is never overwritten. */

import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { configSchema } from '../../../config/json-schema.ts';
import { shellWord } from '../../../foundation/base/shell-word.ts';
import { definitionSchemas } from '../../../pipeline/definitions/json-schemas.ts';
import { type FleetShape, starterFleet } from '../../../pipeline/definitions/starter-fleet.ts';
import { cliError } from '../cli-error.ts';
import type { CommandLine } from '../run-command-line.ts';

export async function init(line: CommandLine, folder: string, shape: FleetShape): Promise<number> {
  const root = resolve(line.folder, folder);
  const files = [...starterFleet(shape, { ...definitionSchemas(), config: configSchema() })];
  for (const [path] of files) {
    const exists = await access(join(root, path)).then(
      () => true,
      () => false,
    );
    if (exists)
      throw cliError('init.exists', `${join(folder, path)} exists already`, {
        hint: 'name a new or empty folder',
      });
  }
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    line.stdout.write(`${join(folder, path)}\n`);
  }
  line.stdout.write(`\nNext: cd ${shellWord(folder)} && helm-gitops run\n`);
  return 0;
}
