/** Fields of the configuration that this version cannot honour: giving one is an error, never ignored. */
import type { UnsupportedField } from '../foundation/document/find-not-yet.ts';
import { notYetInDefaults } from '../pipeline/definitions/not-yet.table.ts';

export const notYetInConfig: readonly UnsupportedField[] = [
  { path: ['repositories', '*', 'webhook'], what: 'webhooks' },
  { path: ['notifications'], what: 'notifications' },
  ...notYetInDefaults.map((field) => ({ ...field, path: ['defaults', ...field.path] })),
];
