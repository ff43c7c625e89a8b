/**
 * Rules of single kinds that charts meet, by resource type. Each takes a decoded object with its defaults, and of an
 * update what it was before.
 */
import type { JsonObject } from '../../foundation/manifest/object.ts';
import type { FieldError } from '../api/status-error.ts';
import { configChecks } from './config-checks.ts';
import { workloadChecks } from './workload-checks.ts';

export type KindCheck = (object: JsonObject, before?: JsonObject) => FieldError[];

export const kindChecks: Readonly<Record<string, KindCheck>> = { ...configChecks, ...workloadChecks };
