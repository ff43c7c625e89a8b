/**
 * Every scalar of a YAML or JSON text, for masking: as it is written and as it is read. A text that is no map or list is
 * one scalar, and that of a text with errors is what could be made out.
 */
import { isCollection, isScalar, parseAllDocuments, visit } from 'yaml';

export function collectScalars(text: string): string[] {
  const found: string[] = [];
  const documents = parseAllDocuments(text, { schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' });
  for (const document of Array.isArray(documents) ? documents : []) {
    // As a scalar its lines would be folded.
    if (!isCollection(document.contents) || document.errors.length > 0) found.push(text);
    visit(document, {
      Scalar(key, node) {
        if (key !== 'key' && isScalar(node)) found.push(String(node.value ?? ''));
      },
    });
  }
  return found;
}
