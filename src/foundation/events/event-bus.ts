/** Where events go: each sink gets every event, in order; a sink that throws never disturbs the one who emits. */
import type { Event } from './event.ts';

export type Emit = (event: Event) => void;
export type Sink = (event: Event, time: Date) => void;

export interface EventBus {
  readonly emit: Emit;
  /** Returns the function that ends the subscription. */
  subscribe(sink: Sink): () => void;
}

export function createEventBus(now: () => Date, onSinkError: (error: unknown) => void): EventBus {
  const sinks = new Set<Sink>();
  return {
    emit(event) {
      const time = now();
      for (const sink of sinks) {
        try {
          sink(event, time);
        } catch (error) {
          onSinkError(error);
        }
      }
    },
    subscribe(sink) {
      sinks.add(sink);
      return () => sinks.delete(sink);
    },
  };
}
