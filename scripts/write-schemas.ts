/** Writes examples/schema/*.json from the zod schemas; a test says when they are out of date. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { configSchema } from '../src/config/json-schema.ts';
import { definitionSchemas } from '../src/pipeline/definitions/json-schemas.ts';

const folder = new URL('../examples/schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries({ ...definitionSchemas(), config: configSchema() })) {
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(schema, null, 2)}\n`);
}
