/** Where agreement with Helm is not wanted, or not possible, and why. Each is still refused, with a message of our own. */
import type { Profile } from './broken-charts/recorded.ts';

export interface Exception {
  readonly profiles: readonly Profile[];
  readonly reason: string;
}

const both: readonly Profile[] = ['helm4', 'helm3'];
const notFetched: Exception = {
  profiles: both,
  reason: 'schemas of other documents are never fetched; the sentence begins as that of Helm',
};
const circle: Exception = {
  profiles: both,
  reason: 'Helm goes around until the system refuses; we stop where a link leads back',
};

export const exceptions: ReadonlyMap<string, Exception> = new Map<string, Exception>([
  ['operand: none', { profiles: both, reason: 'the usage names our own program' }],
  [
    'flag: --color that is unknown',
    { profiles: ['helm4'], reason: 'Helm logs this one as a warning, without an error' },
  ],
  [
    'flag: --post-renderer that is not there',
    { profiles: both, reason: 'post-renderers are refused by name, there or not' },
  ],
  ['values.yaml: UTF-16', { profiles: both, reason: 'files in UTF-16 are not read' }],
  [
    'charts/: an empty archive',
    { profiles: both, reason: 'an empty archive is told of like one that is cut: unexpected EOF' },
  ],
  ['Chart.yaml: apiVersion v3 with a missing dependency', { profiles: ['helm4'], reason: 'Helm panics' }],
  ['folder: a link to the folder above', circle],
  ['folder: a link to the folder it lies in', circle],
  ...[
    'a reference to a file that is not there',
    'a reference to a file by its URL that is not there',
    'a reference to a host that is not there',
    'a reference by https',
    'a schema of its own',
    'a schema of its own by https',
    'a schema of its own that is a file',
    'draft 3',
    'an id, and a reference beside it',
  ].map((name): [string, Exception] => [`broken schema: ${name}`, notFetched]),
]);
