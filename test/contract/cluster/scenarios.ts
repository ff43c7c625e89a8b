/** All scenarios of the contract; first those that wait, before a real cluster is busy with deleting namespaces. */
import { accessScenarios } from './access.table.ts';
import { chartScenarios } from './charts.table.ts';
import { creationScenarios } from './creation-scenarios.ts';
import { customScenarios } from './custom.table.ts';
import { discoveryScenarios } from './discovery.table.ts';
import { failingScenarios } from './failing.table.ts';
import { lifeScenarios } from './lives.table.ts';
import { nullScenarios } from './nulls.table.ts';
import { objectScenarios } from './objects.table.ts';
import { partScenarios } from './parts.table.ts';
import { patchScenarios } from './patches.table.ts';
import { typeScenarios } from './rule-types.table.ts';
import { ruleScenarios } from './rules.table.ts';
import { scaleScenarios } from './scales.table.ts';
import type { Scenario } from './scenario.ts';
import { webhookScenarios } from './webhooks.table.ts';

export const scenarios: readonly Scenario[] = [
  ...lifeScenarios,
  ...failingScenarios,
  ...accessScenarios,
  ...creationScenarios,
  ...discoveryScenarios,
  ...objectScenarios,
  ...patchScenarios,
  ...partScenarios,
  ...customScenarios,
  ...chartScenarios,
  ...ruleScenarios,
  ...typeScenarios,
  ...webhookScenarios,
  ...scaleScenarios,
  ...nullScenarios,
];
