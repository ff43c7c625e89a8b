/** All scenarios of the contract. */
import { accessScenarios } from './access.table.ts';
import type { Scenario } from './scenario.ts';

export const scenarios: readonly Scenario[] = [...accessScenarios];
