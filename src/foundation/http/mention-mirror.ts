/**
 * Takes the error of a server and that of a mirror asked before it, returns the first with a word of the second: who can
 * reach nothing but the mirror wants to know what is wrong with that.
 */
import { HelmGitopsError } from '../base/errors.ts';

export function mentionMirror(error: unknown, mirror: HelmGitopsError | undefined): unknown {
  if (mirror === undefined || !(error instanceof HelmGitopsError)) return error;
  const { code, fault, message, place, hint } = error;
  const said = `its mirror failed too: ${mirror.message}`;
  return new HelmGitopsError(code, fault, message, {
    place,
    hint: hint === undefined ? said : `${hint}; ${said}`,
    cause: error,
  });
}
