/** JSON Schema of helm-gitops.config.yaml, for editors: made from the schema that reads it. */
import { editorSchema, type JsonSchema } from '../foundation/document/check-document.ts';
import { configFileSchema } from './schema.ts';

export function configSchema(): JsonSchema {
  return editorSchema(configFileSchema);
}
