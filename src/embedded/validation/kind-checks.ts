/** Rules of single kinds that charts meet. Each takes a decoded object with its defaults. */
import type { JsonObject } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';

export type KindCheck = (object: JsonObject) => FieldError[];

export const kindChecks: Readonly<Record<string, KindCheck>> = {};
