/** Fields that belong to the format but that this version cannot honour: giving one is an error, never ignored. */
import type { UnsupportedField } from '../../foundation/document/find-not-yet.ts';

const settings: readonly UnsupportedField[] = [
  { path: ['rollback', 'revert'], what: 'taking a change back in git', except: ['none'] },
];

const below = (prefix: readonly string[], entries: readonly UnsupportedField[]): UnsupportedField[] =>
  entries.map((entry) => ({ ...entry, path: [...prefix, ...entry.path] }));

export const notYetInDefaults: readonly UnsupportedField[] = [...settings, ...below(['environments', '*'], settings)];

export const notYetInApplication: readonly UnsupportedField[] = [...below(['spec'], notYetInDefaults)];

export const notYetInEnvironment: readonly UnsupportedField[] = below(
  ['spec'],
  [...settings, ...below(['enforce'], settings)],
);
