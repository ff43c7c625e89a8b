/** A mistake of a command line as an error. */
import { type ErrorDetails, HelmGitopsError } from '../../foundation/base/errors.ts';
import { cliErrors } from './cli-errors.table.ts';

export function cliError(code: keyof typeof cliErrors, message: string, details: ErrorDetails = {}): HelmGitopsError {
  return new HelmGitopsError(code, cliErrors[code].fault, message, details);
}

/** What was named is not where it was looked for; `environments` are those that it is in. */
export function notInEnvironment(
  { apps, environment }: { readonly apps: readonly string[]; readonly environment: string | undefined },
  environments: readonly string[],
): HelmGitopsError {
  const known = [...new Set(environments)].join(', ');
  if (apps.length === 0)
    return cliError('cli.nothing-chosen', `no release is in environment ${environment}`, { hint: `there is ${known}` });
  const hint = known === '' ? undefined : `${apps.length > 1 ? 'they are' : 'it is'} in ${known}`;
  return cliError('cli.nothing-chosen', `${apps.join()} is not in environment ${environment}`, { hint });
}
