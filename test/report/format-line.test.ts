import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/foundation/events/event.ts';
import { formatJson, formatText } from '../../src/report/format-line.ts';

const drift: Event = {
  event: 'drift.found',
  id: 'd41',
  app: 'shop',
  environment: 'prod',
  cluster: 'main',
  namespace: 'prod',
  object: 'Deployment/shop',
  field: '/spec/replicas',
  recorded: '3',
  live: '5',
  fields: 1,
  manager: 'kubectl-edit',
  severity: 'workload',
  action: 'correct',
  in: 0,
  kind: 'changed',
};
const time = new Date('2026-11-20T12:00:05.214Z');

function messageLine(message: string): string {
  return formatText({ time, level: 'error', event: { event: 'internal.error', message } });
}

describe('a line of text', () => {
  test('is the one that the contract shows', () => {
    expect(formatText({ time, level: 'warn', event: drift })).toBe(
      '2026-11-20T12:00:05.214Z WARN drift.found id=d41 app=shop environment=prod cluster=main namespace=prod object=Deployment/shop field=/spec/replicas recorded=3 live=5 fields=1 manager=kubectl-edit severity=workload action=correct in=0s kind=changed',
    );
  });

  test.each([
    ['plain', 'plain'],
    ['/spec/a~1b[0]:{x}', '/spec/a~1b[0]:{x}'],
    ['v1→v2', 'v1→v2'],
    ['back\\slash', 'back\\slash'],
    ['', '""'],
    ['two words', '"two words"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['a=b', '"a=b"'],
    ['line\nbreak', '"line\\nbreak"'],
    ['tab\t', '"tab\\t"'],
    ['\u0000', '"\\u0000"'],
    ['\u001b[31mred', '"\\u001b[31mred"'],
    ['\u007f', '"\\u007f"'],
    ['\u009b31m', '"\\u009b31m"'],
    ['\u2028', '"\\u2028"'],
    ['a\u00a0b', '"a\u00a0b"'],
  ])('quotes %j as %s', (value, expected) => {
    expect(messageLine(value)).toBe(`2026-11-20T12:00:05.214Z ERROR internal.error message=${expected}`);
  });

  test('leaves out what is undefined', () => {
    const line = formatText({ time, level: 'warn', event: { ...drift, in: undefined, field: undefined } });
    expect(line).not.toMatch(/undefined| in=| field=/);
  });

  test('writes durations as the configuration does', () => {
    const event: Event = { event: 'daemon.ready', releases: 1, duration: 90_000 };
    expect(formatText({ time, level: 'info', event })).toMatch(/ duration=1m30s$/);
  });

  test('is one line without a control character, and holds the whole value', () => {
    const code = fc.oneof(fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0x2020, max: 0x2030 }));
    const text = fc.array(code, { maxLength: 20 }).map((codes) => String.fromCharCode(...codes));
    fc.assert(
      fc.property(text, (message) => {
        const line = messageLine(message);
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
        const shown = line.slice(line.indexOf('message=') + 'message='.length);
        expect(shown.startsWith('"') ? JSON.parse(shown) : shown).toBe(message);
      }),
    );
  });
});

describe('a line of JSON', () => {
  test('keeps numbers and booleans, and writes durations as text', () => {
    const line = formatJson({ time, level: 'warn', event: { ...drift, approximate: true } });
    expect(Object.entries(JSON.parse(line)).slice(0, 4)).toEqual([
      ['time', '2026-11-20T12:00:05.214Z'],
      ['level', 'warn'],
      ['event', 'drift.found'],
      ['id', 'd41'],
    ]);
    expect(JSON.parse(line)).toMatchObject({ fields: 1, in: '0s', approximate: true, recorded: '3' });
  });

  test('is one line', () => {
    expect(formatJson({ time, level: 'error', event: { event: 'internal.error', message: 'a\nb' } })).not.toContain(
      '\n',
    );
  });
});
