import { describe, expect, test } from 'vitest';
import type { JsonObject, KubernetesObject, ManagedFieldsEntry } from '../../../src/foundation/manifest/object.ts';
import { takenOver } from '../../../src/pipeline/apply/taken-over.ts';

const by = (manager: string, fieldsV1: JsonObject, operation: 'Apply' | 'Update' = 'Update'): ManagedFieldsEntry => ({
  manager,
  operation,
  apiVersion: 'v1',
  fieldsType: 'FieldsV1',
  fieldsV1,
});
const object = (managedFields: ManagedFieldsEntry[]): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'a', managedFields },
  data: { 'a/b': '1', b: '2' },
  spec: { ports: [{ port: 1 }, { port: 80, protocol: 'TCP', name: 'web' }] },
});
const data = (...names: string[]): JsonObject => ({
  'f:data': { '.': {}, ...Object.fromEntries(names.map((name) => [`f:${name}`, {}])) },
});

describe('fields taken over', () => {
  test.each<[string, ManagedFieldsEntry[], ManagedFieldsEntry[], unknown]>([
    ['nothing, where nobody else wrote', [by('helm', data('b'), 'Apply')], [by('helm', data('b'), 'Apply')], []],
    [
      'nothing, where both want the same',
      [by('x', data('b'))],
      [by('x', data('b')), by('helm', data('b'), 'Apply')],
      [],
    ],
    [
      'what the other lost and we have',
      [by('x', data('b', 'a/b'))],
      [by('x', data('b')), by('helm', data('a/b'), 'Apply')],
      [{ manager: 'x', pointers: ['/data/a~1b'] }],
    ],
    [
      'all of a manager that owns nothing any more, the map around it left out',
      [by('x', data('b'))],
      [by('helm', data('b'), 'Apply')],
      [{ manager: 'x', pointers: ['/data/b'] }],
    ],
    ['nothing that merely went', [by('x', data('b'))], [by('helm', { 'f:data': { 'f:a/b': {} } }, 'Apply')], []],
    ['nothing from our own updates', [by('helm', data('b'))], [by('helm', data('b'), 'Apply')], []],
    [
      'elements of lists, by their index',
      [by('x', { 'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { 'f:name': {} } } } })],
      [by('helm', { 'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { 'f:name': {} } } } }, 'Apply')],
      [{ manager: 'x', pointers: ['/spec/ports/1/name'] }],
    ],
    [
      'once per manager, however it wrote',
      [by('x', data('b')), by('x', data('a/b'), 'Apply')],
      [by('helm', data('a/b', 'b'), 'Apply')],
      [{ manager: 'x', pointers: ['/data/a~1b', '/data/b'] }],
    ],
  ])('%s', (_name, before, after, expected) => {
    expect(takenOver(object(before), object(after), 'helm')).toEqual(expected);
  });
});
