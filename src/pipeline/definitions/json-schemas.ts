/** JSON Schemas of definitions, for editors: made from the schemas that read them. */
import * as z from 'zod';
import { editorSchema, type JsonSchema } from '../../foundation/document/check-document.ts';
import { applicationSchema, defaultsDocumentSchema, environmentSchema, projectSchema } from './document-schema.ts';

/** By file name without `.json`; `definition` is any one of the others. */
export function definitionSchemas(): Record<string, JsonSchema> {
  const any = z
    .discriminatedUnion('kind', [applicationSchema, environmentSchema, defaultsDocumentSchema, projectSchema])
    .meta({ title: 'Definition', description: 'a definition of helm-gitops.io/v1' });
  return {
    definition: editorSchema(any),
    application: editorSchema(applicationSchema),
    environment: editorSchema(environmentSchema),
    defaults: editorSchema(defaultsDocumentSchema),
    project: editorSchema(projectSchema),
  };
}
