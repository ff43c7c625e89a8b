import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createLogSink, type LogOptions } from '../../src/report/log-sink.ts';

const time = new Date('2026-11-20T12:00:00Z');

async function logged(options: Pick<LogOptions, 'level' | 'format'>): Promise<string[]> {
  const stream = new PassThrough();
  const sink = createLogSink({ ...options, stream });
  sink({ event: 'repository.fetched', repository: 'fleet', revision: 'a', duration: 5 }, time);
  sink({ event: 'cluster.recovered', cluster: 'main' }, time);
  sink({ event: 'internal.error', message: 'a %s b' }, time);
  await new Promise(setImmediate);
  return String(stream.read() ?? '')
    .split('\n')
    .slice(0, -1);
}

describe('the log', () => {
  test('writes a line per event, at its level', async () => {
    expect(await logged({ level: 'debug', format: 'text' })).toEqual([
      '2026-11-20T12:00:00.000Z DEBUG repository.fetched repository=fleet revision=a duration=5ms',
      '2026-11-20T12:00:00.000Z INFO cluster.recovered cluster=main',
      '2026-11-20T12:00:00.000Z ERROR internal.error message="a %s b"',
    ]);
  });

  test.each([
    ['info', 2],
    ['warn', 1],
    ['error', 1],
  ] as const)('leaves out what is quieter than %s', async (level, lines) => {
    expect(await logged({ level, format: 'text' })).toHaveLength(lines);
  });

  test('writes JSON where it is asked to', async () => {
    const lines = await logged({ level: 'info', format: 'json' });
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(['cluster.recovered', 'internal.error']);
  });
});
