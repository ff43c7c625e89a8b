/** The creations as scenarios: each alone, dry. */
import { accepted, questioned } from './creations.table.ts';
import { post, type Scenario } from './scenario.ts';

const dry = (path: string): string => `${path}${path.includes('?') ? '&' : '?'}dryRun=All&fieldManager=test`;

export const creationScenarios: readonly Scenario[] = [
  ...accepted.map(({ name, path, body }) => ({
    name: `creation: ${name}`,
    steps: [post(dry(path), body, { fields: true })],
  })),
  ...questioned.map(({ name, path, body }) => ({ name: `objection: ${name}`, steps: [post(dry(path), body)] })),
];
