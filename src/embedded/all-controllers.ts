/** The controllers that the embedded cluster runs beside those of its API server. */
import type { StartController } from './store.ts';

export const allControllers: readonly StartController[] = [];
