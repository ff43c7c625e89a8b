/** Codes of what can be wrong with a command line, with the fault that decides the exit code. */
import type { Fault } from '../../foundation/base/errors.ts';

export const cliErrors = {
  'cli.arguments': { fault: 'user', summary: 'too few or too many arguments' },
  'cli.cluster-left-out': { fault: 'transient', summary: 'what was named may be in a cluster that is out of reach' },
  'cli.flag': { fault: 'user', summary: 'a flag that is unknown, or whose value is wrong' },
  'cli.no-answer': { fault: 'transient', summary: 'the daemon did not answer a request' },
  'cli.no-comment': { fault: 'user', summary: 'there is no pull request to write a plan beneath' },
  'cli.not-yet': { fault: 'user', summary: 'a flag or a kind of address that comes with a later version' },
  'cli.nothing-chosen': { fault: 'user', summary: 'no release fits what was named' },
  'cli.output': { fault: 'user', summary: 'an output format that does not exist' },
  'cli.release-name': { fault: 'user', summary: 'a release name that Helm does not take' },
  'cli.saved-plan': { fault: 'user', summary: 'a file of saved plans that cannot be written, read or understood' },
  'cli.undecided': { fault: 'user', summary: 'the daemon does not take a decision: whose it is, or what of' },
  'cli.unknown-application': { fault: 'user', summary: 'there is no application of that name' },
  'cli.unknown-key': { fault: 'user', summary: 'the values of a release hold no such key' },
  'init.exists': { fault: 'user', summary: 'init would overwrite a file' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;
