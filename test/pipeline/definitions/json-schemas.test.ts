import { readFileSync } from 'node:fs';
import { type Schema, Validator } from '@cfworker/json-schema';
import { describe, expect, test } from 'vitest';
import { configSchema } from '../../../src/config/json-schema.ts';
import { definitionSchemas } from '../../../src/pipeline/definitions/json-schemas.ts';

const schemas = { ...definitionSchemas(), config: configSchema() };

describe('the schemas for editors', () => {
  test.each(Object.entries(schemas))(
    'examples/schema/%s.json is current (node scripts/write-schemas.ts)',
    (name, schema) => {
      const file = new URL(`../../../examples/schema/${name}.json`, import.meta.url);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
    },
  );

  const validate = (name: string, value: unknown) =>
    new Validator((schemas as Record<string, unknown>)[name] as Schema, '2020-12').validate(value).valid;
  const head = { apiVersion: 'helm-gitops.io/v1', metadata: { name: 'shop' } };

  test.each<[boolean, unknown]>([
    [
      true,
      {
        ...head,
        kind: 'Application',
        spec: { chart: { path: 'x' }, timeout: '5m', values: ['a', { inline: { b: 1 } }] },
      },
    ],
    [
      true,
      {
        ...head,
        kind: 'Application',
        spec: { chart: { oci: 'oci://x' }, environments: { dev: null, prod: { promote: { from: 'dev' } } } },
      },
    ],
    [true, { ...head, kind: 'Environment', spec: { cluster: 'a', variables: { port: 80 } } }],
    [false, { ...head, kind: 'Environment', spec: { clutser: 'a' } }],
    [false, { ...head, kind: 'Application', spec: { timeout: '5 minutes' } }],
    [false, { ...head, kind: 'Application' }],
    [false, { ...head, kind: 'Applicaton', spec: {} }],
  ])('say %s of %j', (valid, value) => {
    expect(validate('definition', value)).toBe(valid);
  });
});
