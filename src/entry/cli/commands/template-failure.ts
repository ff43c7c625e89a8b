/** How `template` tells a failure: Helm's words behind `Error: `, then, which Helm does not tell, the place and a hint. */

import type { HelmGitopsError } from '../../../foundation/base/errors.ts';
import { formatProblem } from '../../../foundation/base/problem.ts';
import { TOO_DEEP } from '../../../foundation/template/state.ts';
import { ManifestError } from '../../../pipeline/render/sort-manifests.ts';
import type { Printed } from '../../../pipeline/render/template-output.ts';

export function asHelmSays({ code, message, place, hint }: HelmGitopsError): string {
  const located = place?.line === undefined ? undefined : place;
  if (located === undefined && hint === undefined) return `Error: ${message}\n`;
  const below = formatProblem({ code, message: '', place: located, hint });
  return `Error: ${message}\n${located === undefined ? '' : '  at '}${below.replace(/: $/m, '').replace(/^\n/, '')}\n`;
}

/** Where Helm already has a release in hand, it says how to see what there is of it. */
export const debugAdvice = '\n\nUse --debug flag to render out invalid YAML';

/** Helm has a release in hand as soon as the values are right. */
export const hasRelease = ({ code }: HelmGitopsError): boolean =>
  code === 'chart.template' || code === 'chart.incompatible';

/** Templates that nest without end, or only deeper than this thread can follow. */
export function ranOutOfStack(error: HelmGitopsError): boolean {
  for (let at: unknown = error.cause; at instanceof Error; at = at.cause) {
    if (at.message.endsWith(TOO_DEEP)) return true;
  }
  return false;
}

/** What there is of a release that failed. */
export function unfinishedRelease({ cause }: HelmGitopsError): Printed {
  const { manifest, hooks } = cause instanceof ManifestError ? cause.unsorted : { manifest: '', hooks: [] };
  return { manifest, hooks, notes: '', crds: [] };
}
