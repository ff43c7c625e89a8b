/**
 * Takes what is wrong with the releases of a fleet, each found by itself, returns each mistake once: what one line does to
 * several environments, or a line of an Environment or Defaults to many applications, names them instead of being repeated.
 */
import type { Problem } from '../../foundation/base/problem.ts';

export interface ReleaseProblem {
  readonly problem: Problem;
  readonly app: string;
  readonly environment: string;
  /** In how many its application runs. */
  readonly environments: number;
}

/** Names in one message. */
const named = 6;

export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, named).join(', ');
  return names.length > named ? `${shown} and ${names.length - named} more` : shown;
}

export function gatherProblems(found: readonly ReleaseProblem[]): Problem[] {
  return [...Map.groupBy(found, mistakeOf).values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : { ...first.problem, message: messageOf(first, same) };
  });
}

/** Equal where the same line is wrong in the same way: names of the application and the environment may stand in the message. */
function mistakeOf({ problem: { code, message, place, hint }, app, environment }: ReleaseProblem): string {
  const skeleton = message.replaceAll(app, '\u0001').replaceAll(environment, '\u0002');
  return JSON.stringify([code, place?.file, place?.line, place?.column, hint, skeleton]);
}

function messageOf(first: ReleaseProblem, same: readonly ReleaseProblem[]): string {
  const { message } = first.problem;
  const others = same.filter(({ problem }) => problem.message !== message);
  if (others.length > 0) {
    const isOneApplication = same.every(({ app }) => app === first.app);
    const names = others.map(({ app, environment }) => (isOneApplication ? environment : `${app}/${environment}`));
    return `${message}; likewise ${isOneApplication ? 'in' : 'for'} ${listNames(names)}`;
  }
  const byApplication = Map.groupBy(same, ({ app }) => app);
  const isEverywhere = same.every(({ app, environments }) => byApplication.get(app)?.length === environments);
  const isNamed = same.every(({ environment }) => message.includes(environment));
  return isEverywhere || isNamed
    ? message
    : `${message} (${listNames([...new Set(same.map((one) => one.environment))])})`;
}
