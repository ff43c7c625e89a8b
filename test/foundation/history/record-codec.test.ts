import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeChart } from '../../../src/foundation/history/encode-chart.ts';
import { goJson } from '../../../src/foundation/history/go-json.ts';
import { decodeRecord, encodeRecord, recordJson } from '../../../src/foundation/history/record-codec.ts';
import type { ReleaseRecord } from '../../../src/foundation/history/release-record.ts';

/** As Helm 4.2.4 stored a release of a chart with one template. */
const helm4 =
  '{"name":"one","info":{"first_deployed":"2026-11-20T21:28:28.514936864Z","last_deployed":"2026-11-20T21:28:28.514936864Z","description":"Install complete","status":"deployed"},"chart":{"metadata":{"name":"min","version":"0.1.0","apiVersion":"v2"},"lock":null,"templates":[{"name":"templates/cm.yaml","data":"YQo=","modtime":"2026-11-20T21:28:28.368488645Z"}],"values":null,"schema":null,"schemamodtime":"0001-01-01T00:00:00Z","files":null,"modtime":"2026-11-20T21:28:28.368488645Z"},"manifest":"---\\n# Source: min/templates/cm.yaml\\ndata: {a: \\"\\u003cb\\u003e \\u0026 c\\"}\\n\\n","hooks":[{"name":"h","kind":"Job","path":"min/templates/h.yaml","manifest":"a","events":["post-install"],"last_run":{"started_at":"2026-11-20T21:28:28Z","completed_at":"2026-11-20T21:28:29Z","phase":"Succeeded"},"weight":-5,"delete_policies":["hook-succeeded"]},{"name":"i","kind":"Job","path":"p","manifest":"b","events":["test"],"last_run":{"phase":""}}],"version":1,"namespace":"default","apply_method":"ssa"}';

const pack = (json: string) => gzipSync(json).toString('base64');
const unpack = (text: string) => gunzipSync(Buffer.from(text, 'base64')).toString();

describe('a record', () => {
  test('that Helm 4 wrote is written again byte for byte', async () => {
    const record = await decodeRecord(pack(helm4));
    expect(record).toMatchObject({ name: 'one', version: 1, apply_method: 'ssa', config: {} });
    expect(unpack(await encodeRecord(record))).toBe(helm4);
  });

  test('of Helm 3 is read: empty times, no apply method', async () => {
    const record = await decodeRecord(
      pack(
        '{"name":"a","info":{"first_deployed":"2020-01-01T00:00:00Z","last_deployed":"","deleted":"","status":"deployed"},"chart":{"metadata":{}},"hooks":[{"name":"h","last_run":{"started_at":"","completed_at":"","phase":""}}],"version":2,"namespace":"n"}',
      ),
    );
    expect(record.info).toEqual({
      first_deployed: '2020-01-01T00:00:00Z',
      last_deployed: '',
      description: '',
      status: 'deployed',
    });
    expect(record.hooks[0]?.last_run).toEqual({ phase: '' });
    expect(record.apply_method).toBeUndefined();
    expect(recordJson(record)).not.toContain('last_deployed');
  });

  test('without compression is read, as Helm 2 once stored it', async () => {
    expect((await decodeRecord(Buffer.from('{"name":"a","version":1}').toString('base64'))).name).toBe('a');
  });

  test.each([
    '',
    '!!',
    pack('[]'),
    pack('{"name":"a"}'),
    pack('{"name":"a","version":"1"}'),
    'H4sIAAAAAAAA',
    pack('null'),
  ])('that is garbage is unreadable, not a crash: %s', async (text) => {
    await expect(decodeRecord(text)).rejects.toMatchObject({ code: 'history.unreadable' });
  });

  test('with foreign types in it is read as far as it goes', async () => {
    const record = await decodeRecord(
      pack(
        '{"name":"a","version":1,"info":[],"hooks":[1,{"events":[2,"test"]}],"config":"x","chart":null,"manifest":3}',
      ),
    );
    expect(record).toMatchObject({ config: {}, chart: {}, manifest: '', hooks: [{ events: ['test'] }] });
  });

  test('keeps a key __proto__ what it is', async () => {
    const record = await decodeRecord(pack('{"name":"a","version":1,"config":{"__proto__":{"x":1}}}'));
    expect(recordJson(record)).toContain('"config":{"__proto__":{"x":1}}');
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  test('keeps a key of one escape what it is, whatever key stood in its place before', async () => {
    JSON.parse('{"a":1,"\\\\":2}');
    const record = await decodeRecord(pack('{"name":"a","version":1,"config":{"a":1,"\\n":{"a":1,"\\"":[1.5]}}}'));
    expect(record.config).toEqual({ a: 1, '\n': { a: 1, '"': [1.5] } });
    await expect(decodeRecord(pack('{"name":"a","\\n":1,}'))).rejects.toThrow('the data is not JSON');
  });

  test('larger than what is packed at once comes back too', async () => {
    const manifest = Array.from({ length: 20_000 }, (_, index) => `line ${index}`).join('\n');
    const record: ReleaseRecord = { ...(await decodeRecord(pack(helm4))), manifest };
    expect((await decodeRecord(await encodeRecord(record))).manifest).toBe(manifest);
  });

  test('comes back as it was, whatever is in it', async () => {
    const base = await decodeRecord(pack(helm4));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), async (config, manifest) => {
        const written = JSON.parse(JSON.stringify({ ...base, config, manifest })) as ReleaseRecord;
        const read = await decodeRecord(await encodeRecord(written));
        expect(read.config).toEqual(written.config);
        expect(read.manifest).toBe(manifest);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a chart', () => {
  test('is stored as Helm stores it: no dependencies, data in base64, nothing where there is nothing', () => {
    const chart = encodeChart({
      metadata: {
        version: '1',
        name: 'a',
        dependencies: [{ name: 'sub' }],
        annotations: { b: '2', '10': 'x', '9': 'y' },
      },
      lock: undefined,
      templates: [{ name: 'templates/a.yaml', data: Buffer.from('a\n') }],
      files: [],
      values: { b: 1, a: 2 },
      schema: undefined,
    });
    const record = { name: 'a', namespace: 'n', version: 1, chart, config: {}, manifest: '', hooks: [] };
    const info = { first_deployed: '', last_deployed: '', description: '', status: 'deployed' as const };
    expect(recordJson({ ...record, info })).toBe(
      '{"name":"a","info":{"status":"deployed"},"chart":{"metadata":{"name":"a","version":"1","annotations":{"10":"x","9":"y","b":"2"},"dependencies":[{"name":"sub","repository":""}]},"lock":null,"templates":[{"name":"templates/a.yaml","data":"YQo="}],"values":{"a":2,"b":1},"schema":null,"schemamodtime":"0001-01-01T00:00:00Z","files":null},"version":1,"namespace":"n"}',
    );
  });
});

describe('Go’s JSON', () => {
  test.each([
    [{ b: 1, a: 2, '10': 3, '9': 4 }, '{"10":3,"9":4,"a":2,"b":1}'],
    ['<a href="x">&\u2028\u2029', '"\\u003ca href=\\"x\\"\\u003e\\u0026\\u2028\\u2029"'],
    ['\b\f\n\r\t\u0001\u007f', '"\\b\\f\\n\\r\\t\\u0001\u007f"'],
    [{ '\uffee': 1, '😀': 2 }, '{"\uffee":1,"😀":2}'],
    [[1e21, 1e-7, 0.1, null, true], '[1e+21,1e-7,0.1,null,true]'],
    ['a\ud800', '"a\ufffd"'],
  ])('%j', (value, expected) => expect(goJson(value)).toBe(expected));
});
