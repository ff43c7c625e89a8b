/** The release's name that `template` renders with, and Helm's rule for names. */

import { ExecError, ParseError } from '../../../foundation/template/errors.ts';
import { executeTree } from '../../../foundation/template/exec.ts';
import { quote } from '../../../foundation/template/quote.ts';
import { newTemplateSet, parseInto } from '../../../foundation/template/template-set.ts';
import { GoError } from '../../../foundation/template/value.ts';
import type { Warn } from '../../../foundation/values/helm-warning.ts';
import type { Compat } from '../../../foundation/values/read-values.ts';
import { helmFunctions } from '../../../pipeline/render/functions/function-table.ts';
import type { RenderSources } from '../../../pipeline/render/sources.ts';
import { cliError } from '../cli-error.ts';
import type { TemplateOptions } from './template-options.ts';

export function releaseNameFrom({ name, nameTemplate, compat }: TemplateOptions, sources: RenderSources): string {
  if (name !== undefined) return name;
  if (nameTemplate === '') return 'release-name';
  try {
    const set = newTemplateSet({ name: 'name-template', functions: helmFunctions({ compat, sources }) });
    return executeTree(set, parseInto(set, 'name-template', nameTemplate), null);
  } catch (error) {
    if (!(error instanceof ParseError || error instanceof ExecError || error instanceof GoError)) throw error;
    const message = error.message.replace(/HELM_ERR_START([\s\S]*)HELM_ERR_END/, '$1');
    throw cliError('cli.flag', message, { hint: 'this is about --name-template' });
  }
}

const pattern = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';
const maxLength = 53;

export function checkReleaseName(name: string, compat: Compat, warn?: Warn): void {
  const wrong =
    name === ''
      ? 'no name provided'
      : name.length > maxLength || !new RegExp(pattern).test(name)
        ? `invalid release name, must match regex ${pattern} and the length must not be longer than ${maxLength}`
        : undefined;
  if (wrong === undefined) return;
  const text = `release name ${quote(name)}: ${wrong}`;
  if (compat === 'helm3') throw cliError('cli.release-name', text);
  const message = 'release name check failed';
  warn?.({ level: 'ERROR', message, attributes: [['error', text]], helm3: undefined });
  throw cliError('cli.release-name', `${message}: ${text}`);
}
