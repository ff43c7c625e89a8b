/** An error as a person at a terminal reads it: what, where with the line itself, and what to do. */
import type { Fault, HelmGitopsError } from '../../foundation/base/errors.ts';
import { formatProblem, problemsOf } from '../../foundation/base/problem.ts';

const exitCodes: Readonly<Record<Fault, number>> = { user: 2, transient: 1, cluster: 1, internal: 70 };

export function exitCodeOf(error: HelmGitopsError): number {
  return exitCodes[error.fault];
}

export function formatError(error: HelmGitopsError): string {
  if (error.fault === 'internal') {
    const stack = error.cause instanceof Error ? error.cause.stack : error.stack;
    return `error: ${error.message}\nThis is a bug of helm-gitops. Please report it with these lines:\n${stack}\n`;
  }
  const problems = problemsOf(error);
  const texts = problems.map((problem) => `error: ${formatProblem(problem)}`);
  if (problems.length > 1) texts.push(`${problems.length} problems`);
  return `${texts.join('\n')}\n`;
}
