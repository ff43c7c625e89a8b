import { describe, expect, test } from 'vitest';
import { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import { toJson } from '../../../src/foundation/yaml/plain-json.ts';
import { type MergeSource, type MergeValuesInput, mergeValues } from '../../../src/pipeline/values/merge-values.ts';

const place = { file: 'apps/shop.yaml', line: 7 };
const file = (path: string, more: object = {}): MergeSource => ({
  type: 'file',
  path,
  optional: false,
  template: false,
  place,
  ...more,
});

async function merge(files: Record<string, string>, sources: MergeSource[], more: Partial<MergeValuesInput> = {}) {
  const readFile = async (path: string): Promise<string> => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return text;
  };
  return await mergeValues({ sources, readFile, variables: {}, ...more });
}

async function mergedJson(...given: Parameters<typeof merge>): Promise<unknown> {
  return toJson((await merge(...given)).values);
}

async function failure(...given: Parameters<typeof merge>): Promise<HelmGitopsError> {
  const error = await merge(...given).catch((thrown: unknown) => thrown);
  if (!(error instanceof HelmGitopsError)) throw error;
  return error;
}

describe('merging values', () => {
  test('later sources win, maps merge, lists and null replace', async () => {
    const files = { 'a.yaml': 'a: {x: 1, w: 2}\nl: [1, 2]\nm: 1\n', 'b.yaml': 'a: {w: 3}\nl: [9]\nm: null\n' };
    const inline: MergeSource = { type: 'inline', values: { a: { z: 4 } }, place };
    expect(await mergedJson(files, [file('a.yaml'), file('b.yaml'), inline])).toEqual({
      a: { x: 1, w: 3, z: 4 },
      l: [9],
      m: null,
    });
  });

  test('expressions apply where they stand in the list', async () => {
    const sources: MergeSource[] = [
      file('a.yaml'),
      { type: 'set', expression: 'a=2,l[1]=x', place },
      { type: 'inline', values: { b: 1 }, place },
      { type: 'setString', expression: 'b=2', place },
      { type: 'setJson', expression: '{"c": {"d": 1}}', place },
      { type: 'setJson', expression: 'c.e=[1]', place },
      { type: 'setLiteral', expression: 'f=a,b', place },
      { type: 'setFile', expression: 'g.h=t.txt', place },
    ];
    expect(await mergedJson({ 'a.yaml': 'a: 1\nl: [1, 2]\n', 't.txt': 'text\n' }, sources)).toEqual({
      a: 2,
      l: [1, 'x'],
      b: '2',
      c: { d: 1, e: [1] },
      f: 'a,b',
      g: { h: 'text\n' },
    });
  });

  test('an expression leaves the layers below as they were read', async () => {
    const { layers } = await merge({}, [
      { type: 'inline', values: { a: { b: [1] } }, place },
      { type: 'set', expression: 'a.b[0]=2', place },
    ]);
    expect(layers.map((layer) => layer.type === 'values' && toJson(layer.values))).toEqual([
      { a: { b: [1] } },
      { a: { b: [2] } },
    ]);
  });

  test('a missing file is an error at the definition, unless it is optional', async () => {
    const error = await failure({}, [file('values/none.yaml')]);
    expect(error).toMatchObject({
      code: 'values.not-found',
      message: 'open values/none.yaml: no such file or directory',
      place,
    });
    expect(await mergedJson({}, [file('values/none.yaml', { optional: true })])).toEqual({});
  });

  test('a broken file is an error at its line', async () => {
    const error = await failure({ 'a.yaml': 'a: 1\nb: {\n' }, [file('a.yaml')]);
    expect(error.code).toBe('values.invalid');
    expect(error.message).toMatch(
      /^failed to parse a\.yaml: cannot unmarshal yaml document: error converting YAML to JSON: yaml: line \d+: /,
    );
    expect(error.place).toMatchObject({ file: 'a.yaml', line: expect.any(Number) });
  });

  test('a broken expression is an error with the text of helm', async () => {
    expect(await failure({}, [{ type: 'set', expression: 'a', place }])).toMatchObject({
      code: 'values.set',
      message: 'failed parsing --set data: key "a" has no value',
      place,
    });
    expect(await failure({}, [{ type: 'setJson', expression: 'a={', place }])).toMatchObject({
      message: 'failed parsing --set-json data a={',
    });
    expect(await failure({}, [{ type: 'setJson', expression: '{a', place }])).toMatchObject({
      message: 'failed parsing --set-json data JSON: {a',
    });
  });

  test('a file that is a template sees the variables and nothing else', async () => {
    const variables = { domain: 'example.com', quote: '"&<' };
    const text = "host: shop.{{domain}}\n{{#domain}}q: '{{quote}}'{{/domain}}\n{{^domain}}none: 1{{/domain}}\n";
    expect(await mergedJson({ 'a.yaml': text }, [file('a.yaml', { template: true })], { variables })).toEqual({
      host: 'shop.example.com',
      q: '"&<',
    });
    expect(await mergedJson({ 'a.yaml': "host: '{{domain}}'\n" }, [file('a.yaml')], { variables })).toEqual({
      host: '{{domain}}',
    });
    for (const name of ['toString', '__proto__', 'constructor', 'domian']) {
      const error = await failure({ 'a.yaml': `a: 1\nb: x{{${name}}}\n` }, [file('a.yaml', { template: true })], {
        variables,
      });
      expect(error).toMatchObject({
        code: 'values.template',
        place: { file: 'a.yaml', line: 2, column: 5, excerpt: `b: x{{${name}}}` },
      });
    }
  });

  test('Helm 3 reads the first document of a file, Helm 4 all of them', async () => {
    const files = { 'a.yaml': 'a: 1\n---\nb: 2\n' };
    expect(await mergedJson(files, [file('a.yaml')])).toEqual({ a: 1, b: 2 });
    expect(await mergedJson(files, [file('a.yaml')], { compat: 'helm3' })).toEqual({ a: 1 });
  });

  test('keys of the prototype are keys', async () => {
    await merge({ 'a.yaml': '__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}\n' }, [
      file('a.yaml'),
      file('a.yaml'),
    ]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('values that lie in the cluster', () => {
  const secret = { type: 'secret', name: 'shop', key: 'values.yaml', optional: false, place } as const;
  const objects = (data: Record<string, string>): MergeValuesInput['readObject'] => {
    return async ({ name }) => (name === 'shop' ? { uid: 'u-1', data: new Map(Object.entries(data)) } : undefined);
  };

  test('are merged in their turn, and key the digest when they are secret', async () => {
    const readObject = objects({ 'values.yaml': 'a: {b: hidden}\n', other: 'c: 1\n' });
    const sources: MergeSource[] = [
      { type: 'inline', values: { a: { b: 1, d: 2 } }, place },
      secret,
      { ...secret, type: 'configMap', key: 'other' },
    ];
    const { values, layers, key } = await merge({}, sources, { readObject });
    expect(toJson(values)).toEqual({ a: { b: 'hidden', d: 2 }, c: 1 });
    expect(layers.map((layer) => layer.type === 'file' && [layer.path, layer.secret])).toEqual([
      false,
      ['Secret/shop/values.yaml', true],
      ['ConfigMap/shop/other', false],
    ]);
    expect(key).toBe('u-1');
  });

  test('are waited for where they are not there, unless they are optional', async () => {
    const readObject = objects({ 'settings.yaml': '' });
    const variables = { namespace: 'shop-prod' };
    const missing = await failure({}, [{ ...secret, name: 'none' }], { readObject, variables });
    expect([missing.code, missing.fault, missing.message, missing.place]).toEqual([
      'values.object-missing',
      'transient',
      'there is no Secret/none in namespace shop-prod',
      place,
    ]);
    const key = await failure({}, [secret], { readObject, variables });
    expect([key.message, key.hint]).toEqual([
      'Secret/shop in namespace shop-prod has no key values.yaml',
      'it has settings.yaml',
    ]);
    const optional = [
      { ...secret, optional: true },
      { ...secret, name: 'none', optional: true },
    ];
    expect(await mergedJson({}, optional, { readObject })).toEqual({});
  });

  test('are named, not read, where there is no cluster', async () => {
    const { values, unread } = await merge({}, [secret]);
    expect([toJson(values), unread]).toEqual([{}, [secret]]);
  });

  test('show nothing of a Secret that cannot be read', async () => {
    const readObject = objects({ 'values.yaml': 'a: hidden\nb: [hidden\n' });
    const broken = await failure({}, [secret], { readObject });
    expect(JSON.stringify([broken.message, broken.hint, broken.place])).not.toContain('hidden');
    expect(broken.message).toMatch(/^failed to parse Secret\/shop\/values\.yaml: it is no YAML map/);
  });
});

describe('files that were encrypted', () => {
  const plain = 'db:\n  user: shop\n  password: hunter22\n';
  const readFile = async () => ({ plain, shown: plain.replace('hunter22', '"***"'), key: 'k-1' });
  const merged = async (source: MergeSource) =>
    await mergeValues({ sources: [source], readFile, variables: { x: 'y' } });

  test.each([
    ['a file', file('s.yaml')],
    ['a template', file('s.yaml', { template: true })],
    ['a set file', { type: 'setFile', expression: 'conf=s.yaml', place } as const],
  ])('key the digest: %s', async (_what, source) => {
    expect((await merged(source)).key).toBe('k-1');
  });

  test('count as the others, and their layer is secret', async () => {
    const { values, layers } = await merged(file('s.yaml'));
    expect(toJson(values)).toEqual({ db: { user: 'shop', password: 'hunter22' } });
    expect(layers).toMatchObject([{ type: 'file', path: 's.yaml', secret: true }]);
  });

  test('a set file of one is secret too', async () => {
    const { values, layers } = await merged({ type: 'setFile', expression: 'conf=s.yaml', place });
    expect(toJson(values)).toEqual({ conf: plain });
    expect(layers).toMatchObject([{ type: 'values', secret: true }]);
  });

  test.each([
    ['broken YAML', 'a: [hunter22\n', {}],
    ['a broken template', 'a: {{hunter22', { template: true }],
    ['an unknown name', 'p: hunter22 {{name}}', { template: true }],
  ])('%s is told without the line', async (_what, text, more) => {
    const reading = mergeValues({
      sources: [file('s.yaml', more)],
      readFile: async () => ({ plain: text, shown: undefined, key: 'k-1' }),
      variables: {},
    });
    const error = await reading.then(
      () => expect.unreachable(),
      (thrown: HelmGitopsError) => thrown,
    );
    expect(error.place).toMatchObject({ file: 's.yaml' });
    expect(error.place?.excerpt).toBeUndefined();
  });
});
