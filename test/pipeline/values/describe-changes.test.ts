import { expect, test } from 'vitest';
import type { GoMap } from '../../../src/foundation/template/value.ts';
import { fromJson } from '../../../src/foundation/yaml/plain-json.ts';
import { describeChanges } from '../../../src/pipeline/values/describe-changes.ts';

const text = 'image:\n  tag: v2\ndb:\n  password: new\n';
const layers = [{ type: 'file', path: 'values/prod.yaml', text } as const];

test('changes are told with their line, secrets never', () => {
  const before = fromJson({ image: { tag: 'v1' }, db: { password: 'old' } }) as GoMap;
  const after = fromJson({ image: { tag: 'v2' }, db: { password: 'new' } }) as GoMap;
  expect(describeChanges({ before, after, layers })).toBe(
    'values/prod.yaml:4 db.password ***→***; values/prod.yaml:2 image.tag v1→v2',
  );
  expect(describeChanges({ before, after: before, layers })).toBeUndefined();
});
