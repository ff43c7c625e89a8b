/** What people ask of the daemon: one annotation each, `request.helm-gitops.io/VERB-ID`, its value a JSON object. */
import type { PersonRequest, RequestOutcome } from './release-state.ts';

export const requestPrefix = 'request.helm-gitops.io/';

/** How many outcomes a state remembers. */
export const keptOutcomes = 10;

export function requestAnnotation({ verb, id }: Pick<PersonRequest, 'verb' | 'id'>): string {
  return `${requestPrefix}${verb}-${id}`;
}

/** The verb has no `-`; an id may have. `kubectl annotate …/sync-1=` (no value) is a request without arguments. */
export function requestsOf(annotations: Readonly<Record<string, string>> = {}): PersonRequest[] {
  return Object.entries(annotations)
    .filter(([name]) => name.startsWith(requestPrefix))
    .map(([name, value]) => {
      const [verb = '', ...id] = name.slice(requestPrefix.length).split('-');
      return { verb, id: id.join('-'), ...readArguments(value) };
    });
}

function readArguments(text: string): Pick<PersonRequest, 'arguments' | 'problem'> {
  if (text.trim() === '') return { arguments: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { arguments: value as Readonly<Record<string, unknown>> };
  } catch {
    // Told below.
  }
  return { arguments: {}, problem: 'the value of the annotation is not a JSON object' };
}

export function withOutcome<State extends { readonly requests?: readonly RequestOutcome[] }>(
  state: State,
  outcome: RequestOutcome,
): State {
  // Its write may be made twice, when the answer to the first was lost.
  const others = (state.requests ?? []).filter(({ id, at }) => id !== outcome.id || at !== outcome.at);
  return { ...state, requests: [...others, outcome].slice(-keptOutcomes) };
}
