import { describe, expect, test } from 'vitest';
import { decodeProtobuf, ProtobufError } from '../../../src/embedded/schema/decode-protobuf.ts';

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
}
const field = (number: number, bytes: Buffer | string): Buffer => {
  const content = Buffer.from(bytes);
  return Buffer.concat([Buffer.from([...varint((number << 3) | 2), ...varint(content.length)]), content]);
};
const number = (at: number, value: number): Buffer => Buffer.from([...varint(at << 3), ...varint(value)]);
const message = (...parts: Buffer[]): Buffer => Buffer.concat(parts);
const envelope = (apiVersion: string, kind: string, raw: Buffer): Buffer =>
  message(Buffer.from('k8s\0'), field(1, message(field(1, apiVersion), field(2, kind))), field(2, raw));

describe('protobuf bodies', () => {
  test('maps, bytes and nested messages come out as JSON', () => {
    const meta = field(1, message(field(1, 'x'), field(11, message(field(1, 'app'), field(2, 'shop')))));
    const entry = field(2, message(field(1, 'password'), field(2, 'hi')));
    expect(decodeProtobuf(envelope('v1', 'Secret', message(meta, entry, field(3, 'Opaque'))))).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'x', labels: { app: 'shop' } },
      data: { password: 'aGk=' },
      type: 'Opaque',
    });
  });

  test('fields that Go inlines are found below their number; int-or-string and quantities are read', () => {
    const probe = message(field(1, field(2, field(2, message(number(1, 1), field(3, 'http'))))), number(2, 5));
    const resources = field(1, message(field(1, 'cpu'), field(2, field(1, '250m'))));
    const container = message(field(1, 'a'), field(8, resources), field(10, probe));
    const volume = field(1, message(field(1, 'v'), field(2, field(2, Buffer.alloc(0)))));
    const pod = field(2, message(volume, field(2, container)));
    expect(decodeProtobuf(envelope('v1', 'Pod', pod))).toMatchObject({
      spec: {
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: [
          {
            name: 'a',
            resources: { limits: { cpu: '250m' } },
            livenessProbe: { httpGet: { port: 'http' }, initialDelaySeconds: 5 },
          },
        ],
      },
    });
  });

  test.each([
    ['no magic', Buffer.from('{"kind":"Pod"}')],
    ['an unknown kind', envelope('v1', 'Nothing', Buffer.alloc(0))],
    ['a cut-off message', envelope('v1', 'Pod', Buffer.from([0x0a, 0x20, 0x01]))],
  ])('%s is refused', (_name, bytes) => {
    expect(() => decodeProtobuf(bytes)).toThrow(ProtobufError);
  });
});
