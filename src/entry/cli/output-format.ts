/** The formats that `-o` knows; apart from the printing, which loads more. */
import { HelmGitopsError } from '../../foundation/base/errors.ts';

export type OutputFormat = 'table' | 'json' | 'yaml';

export function outputFormat(text: string): OutputFormat {
  if (text === 'table' || text === 'json' || text === 'yaml') return text;
  throw new HelmGitopsError('cli.output', 'user', `unknown output "${text}"`, { hint: 'one of table, json, yaml' });
}
