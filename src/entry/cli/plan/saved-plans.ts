/** Plans in a file: what `plan --save` has printed for a person, and `sync --plan` carries out if it is still just that. */
import { readFile, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { asHelmGitopsError } from '../../../foundation/base/errors.ts';
import type { FrozenPlan } from '../../../foundation/state/frozen-plan.ts';
import { readFrozenPlan } from '../../../foundation/state/schema.ts';
import { definitionId } from '../../../pipeline/definitions/release-definition.ts';
import { cliError } from '../cli-error.ts';
import type { CommandLine } from '../run-command-line.ts';
import { isNothing, type PlannedRelease } from './planned-release.ts';

export interface SavedPlan {
  readonly app: string;
  readonly environment: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly release: string;
  readonly plan: FrozenPlan;
}

/** What goes with its definition, and what needs nothing, is left out, which is said. */
export async function savePlans(line: CommandLine, file: string, planned: readonly PlannedRelease[]): Promise<void> {
  const busy = planned.filter((one) => !isNothing(one));
  const plans = busy.flatMap(({ definition, frozen }): SavedPlan[] => {
    if (frozen === undefined) return [];
    const { app, environment, cluster, namespace, releaseName: release } = definition;
    return [{ app, environment, cluster, namespace, release, plan: frozen }];
  });
  const text = `${JSON.stringify({ format: 1, at: line.now().toISOString(), plans }, undefined, 2)}\n`;
  await writeFile(pathOf(line, file), text).catch((error) => {
    throw cliError('cli.saved-plan', `${file} cannot be written: ${asHelmGitopsError(error).message}`);
  });
  line.stderr.write(
    `saved ${plans.length === 1 ? 'the plan of 1 release' : `the plans of ${plans.length} releases`}\n`,
  );
  const left = busy.filter(({ frozen }) => frozen === undefined).map(({ definition }) => definitionId(definition));
  if (left.length > 0) line.stderr.write(`not saved, for it goes with its definition: ${left.join(', ')}\n`);
}

/** Fails with `cli.saved-plan`. */
export async function readPlans(line: CommandLine, file: string): Promise<SavedPlan[]> {
  const text = await readFile(pathOf(line, file), 'utf8').catch((error) => {
    throw cliError('cli.saved-plan', `${file} cannot be read: ${asHelmGitopsError(error).message}`);
  });
  const plans = plansIn(text);
  if (plans !== undefined) return plans;
  throw cliError('cli.saved-plan', `${file} holds no plans of this version`, {
    hint: 'helm-gitops plan --save FILE writes one',
  });
}

function plansIn(text: string): SavedPlan[] | undefined {
  try {
    const { format, plans } = JSON.parse(text) as { format: unknown; plans: unknown };
    const isKnown = format === 1 && Array.isArray(plans) && plans.every(isSaved);
    return isKnown ? plans : undefined;
  } catch {
    return undefined;
  }
}

function isSaved(value: unknown): value is SavedPlan {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  const names = ['app', 'environment', 'cluster', 'namespace', 'release'];
  return names.every((name) => typeof fields[name] === 'string') && readFrozenPlan(fields['plan']) !== undefined;
}

const pathOf = ({ folder }: CommandLine, file: string): string => (isAbsolute(file) ? file : join(folder, file));
