import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/foundation/manifest/object.ts';
import { refuseNameless } from '../../../src/pipeline/plan/refuse-nameless.ts';

const object = (metadata: KubernetesObject['metadata']): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata,
});

describe('an object without a name of its own', () => {
  test.each<[string, KubernetesObject['metadata'], string | undefined]>([
    ['a name is enough', { name: 'a' }, undefined],
    ['none at all is refused', {}, 'a ConfigMap has no metadata.name'],
    ['an empty one too', { name: '' }, 'a ConfigMap has no metadata.name'],
    ['a generated one too', { generateName: 'a-' }, 'a ConfigMap has generateName a- and no metadata.name'],
    [
      'both are refused as Helm refuses them',
      { name: 'a', generateName: 'a-' },
      'ConfigMap/a: metadata.name and metadata.generateName cannot both be set',
    ],
  ])('%s', (_sentence, metadata, message) => {
    const check = () => refuseNameless([object({ name: 'other' }), object(metadata)]);
    if (message === undefined) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'plan.no-name', fault: 'user', message }));
  });
});
