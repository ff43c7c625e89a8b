/** Writes events to the log: the only place that does. */
import winston from 'winston';
import type { Event, Level } from '../foundation/events/event.ts';
import type { Sink } from '../foundation/events/event-bus.ts';
import { levelOf } from '../foundation/events/level.table.ts';
import { formatJson, formatText } from './format-line.ts';

export interface LogOptions {
  readonly level: Level;
  readonly format: 'text' | 'json';
  readonly stream: NodeJS.WritableStream;
}

export function createLogSink({ level, format, stream }: LogOptions): Sink {
  const formatLine = format === 'json' ? formatJson : formatText;
  const logger = winston.createLogger({
    level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    format: winston.format.printf((entry) => entry['line'] as string),
    transports: [new winston.transports.Stream({ stream })],
  });
  return (event: Event, time: Date) => {
    const eventLevel = levelOf(event);
    if (!logger.isLevelEnabled(eventLevel)) return;
    logger.log(eventLevel, '', { line: formatLine({ time, level: eventLevel, event }) });
  };
}
