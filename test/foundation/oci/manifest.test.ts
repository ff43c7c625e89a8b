import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../../src/foundation/oci/manifest.ts';
import { mediaTypes } from '../../../src/foundation/oci/media-types.table.ts';

const digest = `sha256:${'0'.repeat(64)}`;
const config = { mediaType: mediaTypes.helmConfig, digest, size: 3 };
const parse = (value: unknown, type?: string) => parseManifest(Buffer.from(JSON.stringify(value)), type, 'h/x:1');

describe('parseManifest', () => {
  test('reads manifests of OCI and Docker', () => {
    const layers = [{ mediaType: mediaTypes.helmChart, digest, size: 4, annotations: { a: 'b', c: 7 } }];
    expect(parse({ schemaVersion: 2, config, layers, annotations: { x: 'y' } })).toEqual({
      type: 'manifest',
      config,
      layers: [{ mediaType: mediaTypes.helmChart, digest, size: 4, annotations: new Map([['a', 'b']]) }],
      annotations: new Map([['x', 'y']]),
    });
    expect(parse({ mediaType: mediaTypes.dockerManifest, config, layers: [] })).toMatchObject({ type: 'manifest' });
  });

  test.each([mediaTypes.index, mediaTypes.dockerList])('reads indexes of %s', (mediaType) => {
    const manifests = [{ ...config, artifactType: mediaTypes.helmConfig, platform: {} }];
    expect(parse({ mediaType, manifests })).toEqual({
      type: 'index',
      manifests: [{ ...config, artifactType: mediaTypes.helmConfig }],
    });
  });

  test.each([
    ['a manifest that is an index too', { config, manifests: [] }],
    ['a type that its content is not', { mediaType: mediaTypes.index, config, layers: [] }],
    ['a type of something else', { mediaType: 'application/json', config, layers: [] }],
    ['the first format of Docker', { schemaVersion: 1, fsLayers: [] }],
    ['no configuration', { layers: [] }],
    ['layers that are no list', { config, layers: {} }],
    ['a digest that is a path', { config: { ...config, digest: '../../x' } }],
    ['another algorithm', { config: { ...config, digest: 'md5:d41d8cd98f00b204e9800998ecf8427e' } }],
    ['a negative size', { config: { ...config, size: -1 } }],
    ['a size that is a text', { config: { ...config, size: '3' } }],
    ['half a byte', { config: { ...config, size: 0.5 } }],
    ['far too many layers', { config, layers: Array(1001).fill(config) }],
    ['a list', []],
    ['null', null],
  ])('refuses %s', (_, value) => {
    expect(() => parse(value)).toThrow(expect.objectContaining({ code: 'oci.manifest', fault: 'user' }));
  });

  test('fails with no other error, whatever comes', () => {
    const field = fc.constantFrom(
      'config',
      'layers',
      'manifests',
      'mediaType',
      'annotations',
      'schemaVersion',
      '__proto__',
    );
    const values = fc.oneof(fc.jsonValue(), fc.constant(config), fc.constant([config]));
    const text = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.dictionary(field, values).map((value) => Buffer.from(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(text, (bytes) => {
        try {
          parseManifest(bytes, undefined, 'h/x:1');
        } catch (error) {
          expect(error).toMatchObject({ code: 'oci.manifest' });
        }
      }),
      { numRuns: 1000 },
    );
  });
});
