/** Fields of the configuration that this version cannot honour: giving one is an error, never ignored. */
import type { UnsupportedField } from '../foundation/document/find-not-yet.ts';

export const notYetInConfig: readonly UnsupportedField[] = [{ path: ['notifications'], what: 'notifications' }];
