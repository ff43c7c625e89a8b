import { expect, test } from 'vitest';
import type { GoMap } from '../../../src/foundation/template/value.ts';
import { fromJson } from '../../../src/foundation/yaml/plain-json.ts';
import { describeChanges, secretKeys, showLines } from '../../../src/pipeline/values/describe-changes.ts';

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

test('what came from a Secret, or does now, is never told', () => {
  const secret = {
    type: 'file',
    path: 'Secret/shop/values.yaml',
    text: 'a: {b: 1}\nlist: [1]\n',
    secret: true,
  } as const;
  const open = { type: 'file', path: 'prod.yaml', text: 'old: {key: now}\n' } as const;
  const before = fromJson({ a: { b: 'hid' }, list: ['hid'], old: { key: 'hid' }, gone: 'hid' }) as GoMap;
  const after = fromJson({ a: 'hid', list: ['hid', 'hid'], old: { key: 'now' } }) as GoMap;
  const told = describeChanges({
    before,
    after,
    layers: [secret, open],
    secretKeys: ['a.b', 'list', 'old.key', 'gone'],
  });
  expect(told).toBe(
    'Secret/shop/values.yaml:1 a ***→***; gone ***→(none); Secret/shop/values.yaml:2 list ***→***; prod.yaml:1 old.key ***→now',
  );
  expect(secretKeys([secret, open])).toEqual(['a.b', 'list']);
});

test('what an encrypted file sets is never shown, what it has in the clear is', () => {
  const plain = 'image:\n  tag: v2\ndb:\n  user: new\n';
  const shown = plain.replace('new', '"***"');
  const secret = [{ type: 'file', path: 'values/prod.yaml', text: plain, shown, secret: true }] as const;
  const before = fromJson({ image: { tag: 'v1' }, db: { user: 'old' }, gone: 'x' }) as GoMap;
  const after = fromJson({ image: { tag: 'v2' }, db: { user: 'new' } }) as GoMap;
  expect(describeChanges({ before, after, layers: secret })).toBe(
    'values/prod.yaml:4 db.user ***→***; gone ***→(none); values/prod.yaml:2 image.tag v1→v2',
  );
  const whole = [{ ...secret[0], shown: undefined }];
  expect(describeChanges({ before, after, layers: whole })).not.toMatch(/v1|v2|old|new/);
});

test('what a list holds under such a key, or for such a variable, is not told either', () => {
  const before = fromJson({ users: [], env: [] }) as GoMap;
  const after = fromJson({
    users: [{ name: 'ann', password: 'hid' }],
    env: [
      { name: 'API_KEY', value: 'hid' },
      { name: 'LEVEL', value: 'info' },
    ],
  }) as GoMap;
  expect(describeChanges({ before, after, layers: [] })).toBe(
    'env []→[{"name":"API_KEY","value":"***"},{"name":"LEVEL","value":"info"}]; users []→[{"name":"ann","password":"***"}]',
  );
});

test('lines of a file are shown but for secrets, and for what stands beside one', () => {
  expect(showLines(['image', 'tag'], ['  tag: v1 # by hand', '  db: {tag: v1, "apiKey": hid}'])).toEqual([
    '  tag: v1 # by hand',
    '  ***',
  ]);
  expect(showLines(['db', 'password'], ['  password: |', '    hid'])).toEqual(['  ***', '    ***']);
});
