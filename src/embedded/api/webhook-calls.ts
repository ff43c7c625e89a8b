/**
 * Writes that wait for admission webhooks. A write is made of one piece: where it needs an answer that nobody has yet it
 * ends without having stored anything, the webhook is called, and the same write is made again with what is known.
 */
import type { ApiContext, ApiRequest } from './api-context.ts';
import type { CallOutcome, WebhookCall } from './call-webhook.ts';
import { callWebhook } from './call-webhook.ts';

/** Thrown by a write: this must be asked first. */
class CallNeeded extends Error {
  override readonly name = 'CallNeeded';
  readonly key: string;
  readonly call: WebhookCall;

  constructor(key: string, call: WebhookCall) {
    super(key);
    this.key = key;
    this.call = call;
  }
}

/** What webhooks answered to one request so far. */
export type Answers = ReadonlyMap<string, CallOutcome>;

export function answerTo(answers: Answers, key: string, call: () => WebhookCall): CallOutcome {
  const known = answers.get(key);
  if (known === undefined) throw new CallNeeded(key, call());
  return known;
}

/** `write` may be made several times; only the last one is. */
export async function withWebhooks<Result>(
  request: ApiRequest,
  write: (request: ApiRequest) => Result,
): Promise<Result> {
  const answers = new Map<string, CallOutcome>();
  const again = replayed(request.context);
  for (;;) {
    const told: string[] = [];
    try {
      const result = write({ ...request, context: again(), answers, warn: (text) => void told.push(text) });
      for (const text of told) request.warn?.(text);
      return result;
    } catch (error) {
      if (!(error instanceof CallNeeded)) {
        for (const text of told) request.warn?.(text);
        throw error;
      }
      answers.set(error.key, await callWebhook(error.call));
    }
  }
}

/** Names and uids that a write made are the same when it is made again. */
function replayed(context: ApiContext): () => ApiContext {
  const made: string[] = [];
  return () => {
    let next = 0;
    const once = (make: () => string): string => {
      const value = made[next] ?? make();
      made[next] = value;
      next += 1;
      return value;
    };
    return {
      ...context,
      newUid: () => once(() => context.newUid()),
      randomSuffix: (length) => once(() => context.randomSuffix(length)),
    };
  };
}
