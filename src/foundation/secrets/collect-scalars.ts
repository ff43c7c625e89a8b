/** Every scalar of a YAML or JSON text, for masking; of a text that is neither, none. */
import { isScalar, parseAllDocuments, visit } from 'yaml';

export function collectScalars(text: string): string[] {
  const found: string[] = [];
  const documents = parseAllDocuments(text, { schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' });
  for (const document of Array.isArray(documents) ? documents : []) {
    if (document.errors.length > 0) continue;
    visit(document, {
      Scalar(key, node) {
        if (key !== 'key' && isScalar(node)) found.push(String(node.value ?? ''));
      },
    });
  }
  return found;
}
