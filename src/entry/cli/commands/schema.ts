/** `schema`: the JSON Schema of a kind of definition or of the configuration, as editors and other checks want it. */
import { configSchema } from '../../../config/json-schema.ts';
import { definitionSchemas } from '../../../pipeline/definitions/json-schemas.ts';
import type { CommandLine } from '../run-command-line.ts';

export async function schema(line: CommandLine, name: string): Promise<number> {
  const schemas = new Map(Object.entries({ ...definitionSchemas(), config: configSchema() }));
  line.stdout.write(`${JSON.stringify(schemas.get(name), null, 2)}\n`);
  return 0;
}
