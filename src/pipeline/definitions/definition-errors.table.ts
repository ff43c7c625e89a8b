/** Codes of everything that can be wrong with definitions. */
import type { Fault } from '../../foundation/base/errors.ts';

export const definitionErrors = {
  'definition.apps': { fault: 'user', summary: 'a folder named by spec.apps is missing, outside, or named twice' },
  'definition.cluster': { fault: 'user', summary: 'the environment names no configured cluster' },
  'definition.conflict': { fault: 'user', summary: 'two definitions claim one release' },
  'definition.cycle': { fault: 'user', summary: 'applications name or wait for each other in a circle' },
  'definition.dependency': { fault: 'user', summary: 'a dependency does not exist' },
  'definition.duplicate': { fault: 'user', summary: 'two definitions bear one name' },
  'definition.environment': { fault: 'user', summary: 'there is no Environment of that name' },
  'definition.generator': { fault: 'user', summary: 'a generator or a template of an ApplicationSet fails' },
  'definition.ignored': { fault: 'user', summary: 'a definition does not count in the repository where it stands' },
  'definition.invalid': { fault: 'user', summary: 'a definition breaks its format' },
  'definition.path': { fault: 'user', summary: 'the configured path is not in the repository' },
  'definition.project': { fault: 'user', summary: 'a Project does not allow it, or there is none of that name' },
  'definition.promotion': {
    fault: 'user',
    summary: 'where an application is promoted from does not exist, or leads in a circle',
  },
  'definition.source': { fault: 'user', summary: 'a HelmRelease names a source that the repository does not apply' },
  'definition.syntax': { fault: 'user', summary: 'a file with definitions is not YAML' },
  'definition.template': { fault: 'user', summary: 'a template is broken or names something unknown' },
  'definition.unsupported': {
    fault: 'user',
    summary: "something of another tool's definition is not honoured; the message says whether it runs all the same",
  },
  'definition.unreadable': { fault: 'user', summary: 'a file cannot be read, or lies outside of the repository' },
} as const satisfies Readonly<Record<string, { fault: Fault; summary: string }>>;
