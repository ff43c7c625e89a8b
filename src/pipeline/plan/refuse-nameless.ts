/**
 * Takes what a chart renders, throws for an object without a name of its own: server-side apply needs one, and one that
 * the server makes up would be another object with every revision. Helm 4 refuses both, one of them halfway through.
 */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { KubernetesObject } from '../../foundation/manifest/object.ts';

export function refuseNameless(objects: readonly KubernetesObject[]): void {
  for (const { kind, metadata } of objects) {
    const { name, generateName } = metadata;
    if (name && generateName) {
      throw new HelmGitopsError(
        'plan.no-name',
        'user',
        `${kind}/${name}: metadata.name and metadata.generateName cannot both be set`,
        { hint: 'take generateName out' },
      );
    }
    if (name) continue;
    const generated = generateName ? `generateName ${generateName} and no metadata.name` : 'no metadata.name';
    throw new HelmGitopsError('plan.no-name', 'user', `a ${kind} has ${generated}`, {
      hint: 'name it, for example after the release: {{ .Release.Name }}',
    });
  }
}
