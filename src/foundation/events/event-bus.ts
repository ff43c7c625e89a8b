/** Where events go: each sink gets every event, in order; a sink that throws never disturbs the one who emits. */
import type { Event } from './event.ts';

export type Emit = (event: Event) => void;
export type Sink = (event: Event, time: Date) => void;

export interface EventBus {
  readonly emit: Emit;
  /** Returns the function that ends the subscription. */
  subscribe(sink: Sink): () => void;
}

/** `mask` takes secrets out, before any sink sees the event. */
export function createEventBus(
  now: () => Date,
  onSinkError: (error: unknown) => void,
  mask: (event: Event) => Event = (event) => event,
): EventBus {
  const sinks = new Set<Sink>();
  return {
    emit(event) {
      const time = now();
      const masked = mask(event);
      for (const sink of sinks) {
        try {
          sink(masked, time);
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
