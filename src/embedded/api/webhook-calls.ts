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

/** Thrown by a write of a controller: a webhook is being asked, and the same write is to be made again when it has answered. */
export class AnswerPending extends Error {
  override readonly name = 'AnswerPending';
  readonly answered: Promise<void>;

  constructor(answered: Promise<void>) {
    super('a webhook is being asked');
    this.answered = answered;
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

interface Unfinished {
  readonly answers: Map<string, CallOutcome>;
  readonly again: () => ApiContext;
}

/** Writes of controllers that wait; those whose controllers lost interest are forgotten in the end. */
const mostUnfinished = 1_000;

/**
 * For those who cannot wait: a write that needs an answer throws `AnswerPending`. Made again with the same key it goes
 * on from what is known by then.
 */
export function createUnfinishedWrites(context: ApiContext) {
  const unfinished = new Map<string, Unfinished>();
  return <Result>(key: string, write: (known: Pick<ApiRequest, 'context' | 'answers'>) => Result): Result => {
    const { answers, again } = unfinished.get(key) ?? { answers: new Map(), again: replayed(context) };
    let ended = true;
    try {
      return write({ context: again(), answers });
    } catch (error) {
      if (!(error instanceof CallNeeded)) throw error;
      ended = false;
      const [oldest] = unfinished.keys();
      if (oldest !== undefined && unfinished.size >= mostUnfinished) unfinished.delete(oldest);
      unfinished.set(key, { answers, again });
      throw new AnswerPending(callWebhook(error.call).then((outcome) => void answers.set(error.key, outcome)));
    } finally {
      if (ended) unfinished.delete(key);
    }
  };
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
