import { describe, expect, test } from 'vitest';
import type { Event } from '../../../src/foundation/events/event.ts';
import { createEventBus } from '../../../src/foundation/events/event-bus.ts';
import { eventLevels } from '../../../src/foundation/events/level.table.ts';

const now = new Date('2026-11-20T12:00:00Z');
const event: Event = { event: 'cluster.recovered', cluster: 'main' };

describe('an event bus', () => {
  test('gives every sink every event with its time, in order', () => {
    const seen: unknown[] = [];
    const bus = createEventBus(
      () => now,
      () => undefined,
    );
    bus.subscribe((...given) => seen.push(['a', ...given]));
    bus.subscribe((...given) => seen.push(['b', ...given]));
    bus.emit(event);
    expect(seen).toEqual([
      ['a', event, now],
      ['b', event, now],
    ]);
  });

  test('keeps a sink that throws from everybody else', () => {
    const seen: Event[] = [];
    const errors: unknown[] = [];
    const bus = createEventBus(
      () => now,
      (error) => errors.push(error),
    );
    bus.subscribe(() => {
      throw new Error('full');
    });
    bus.subscribe((given) => seen.push(given));
    expect(() => bus.emit(event)).not.toThrow();
    expect([seen, errors]).toEqual([[event], [new Error('full')]]);
  });

  test('gives nothing to who has left', () => {
    const seen: Event[] = [];
    const bus = createEventBus(
      () => now,
      () => undefined,
    );
    const leave = bus.subscribe((given) => seen.push(given));
    leave();
    bus.emit(event);
    expect(seen).toEqual([]);
  });
});

test('events that say that something failed are errors, and what asks for attention warns', () => {
  const failing = Object.entries(eventLevels).filter(([name]) => /\.failed$/.test(name));
  expect(failing.filter(([, level]) => level !== 'error')).toEqual([]);
  expect(eventLevels).toMatchObject({
    'drift.found': 'warn',
    'release.unchanged': 'debug',
    'release.deployed': 'info',
  });
});
