/** The formats that `-o` knows; apart from the printing, which loads more. */
import { cliError } from './cli-error.ts';

export type OutputFormat = 'table' | 'json' | 'yaml';

export function outputFormat(text: string): OutputFormat {
  if (text === 'table' || text === 'json' || text === 'yaml') return text;
  throw cliError('cli.output', `unknown output "${text}"`, { hint: 'one of table, json, yaml' });
}

/** A plan is also written for pull requests and as a page. */
export function planFormat(text: string): OutputFormat | 'markdown' | 'html' {
  if (text === 'markdown' || text === 'html') return text;
  if (text === 'table' || text === 'json' || text === 'yaml') return text;
  throw cliError('cli.output', `unknown output "${text}"`, { hint: 'one of table, json, yaml, markdown, html' });
}
