/** `plan`: what the daemon would do now, object by object and field by field, against the live clusters. */

import { createRenderPool } from '../../../daemon/render-pool.ts';
import { writeExactJson } from '../../../foundation/base/exact-json.ts';
import { formatProblem } from '../../../foundation/base/problem.ts';
import { objectLabel } from '../../../foundation/manifest/object.ts';
import { definitionId } from '../../../pipeline/definitions/release-definition.ts';
import { causesOf } from '../../../pipeline/explain-plan.ts';
import type { Operation } from '../../../pipeline/plan/plan.ts';
import { isEmptyPlan } from '../../../pipeline/plan/plan.ts';
import { type Preview, previewRelease } from '../../../pipeline/preview-revision.ts';
import { allProblems } from '../../../pipeline/sync-revision.ts';
import { objectsIn } from '../choose-prepared.ts';
import { openClusters } from '../open-clusters.ts';
import { historiesOf, readConfig, readFleet, select } from '../open-fleet.ts';
import { formatListing } from '../output.ts';
import { recordedSecretKeys } from '../recorded-secret-keys.ts';
import type { CommandLine } from '../run-command-line.ts';
import type { DriftOptions } from './drift.ts';

export async function plan(line: CommandLine, options: DriftOptions): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const config = await readConfig(line, options);
  const clusters = await openClusters(line, config, stack);
  const { compat, kubeVersion } = config.helm;
  const pool = stack.use(createRenderPool({ compat, kubeVersion, mask: line.mask }));
  const fleet = await readFleet(line, config, { objectsOf: objectsIn(clusters, line) });
  const problems = fleet.flatMap(allProblems);
  for (const problem of problems) line.stderr.write(`error: ${formatProblem(problem)}\n`);
  const chosen = select(
    fleet.flatMap(({ releases }) => releases),
    options,
    ({ definition }) => definition,
  );
  const previews: Preview[] = [];
  for (const prepared of chosen) {
    const client = clusters.find(prepared.definition.cluster);
    if (!client) continue;
    const { definition } = prepared;
    const preview = await clusters.askFor(client, definitionId(definition), async () => {
      const secretKeys = await recordedSecretKeys(config, client, definition);
      const history = historiesOf(line, config, { client, secretKeys });
      const context = { client, history, render: pool.render, signal: line.signal, mask: line.mask };
      return await previewRelease(context, prepared);
    });
    if (preview) previews.push(preview);
  }
  line.stdout.write(
    options.output === 'table'
      ? formatPlans(previews)
      : formatListing(options.output, { rows: previews.map(plainPlan), columns: [], empty: '' }),
  );
  if (problems.length > 0) return 2;
  if (clusters.isPartial) return 1;
  return options.exitCode && previews.some((preview) => !isEmptyPlan(preview.plan)) ? 3 : 0;
}

const signs: Readonly<Record<Operation, string>> = {
  create: '+',
  update: '~',
  adopt: '~',
  delete: '-',
  keep: '=',
  unchanged: ' ',
  refused: '!',
  replacementRefused: '!',
};

function formatPlans(previews: readonly Preview[]): string {
  const texts = previews.map((preview) => {
    const { prepared, plan: one } = preview;
    const id = definitionId(prepared.definition);
    return isEmptyPlan(one) ? `${id}: nothing to do\n` : `${id}:\n${formatPlan(preview)}`;
  });
  return texts.length === 0 ? 'no releases are defined\n' : texts.join('');
}

function formatPlan({ plan: { changes }, causes }: Preview): string {
  const lines: string[] = [];
  for (const { key, operation, fields, reason } of changes) {
    if (operation === 'unchanged') continue;
    lines.push(`  ${signs[operation]} ${operation} ${objectLabel(key)}${reason === undefined ? '' : ` (${reason})`}`);
    for (const cause of causesOf(causes, key)) lines.push(`      by ${cause}`);
    for (const { pointer, before, after } of fields) {
      lines.push(`      ${pointer}: ${shown(before)} → ${shown(after)}`);
      for (const cause of causesOf(causes, key, pointer)) lines.push(`        by ${cause}`);
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}

function plainPlan({ prepared, plan: one, causes }: Preview) {
  const { app, environment, cluster, namespace, releaseName: release } = prepared.definition;
  const changes = one.changes.map(({ key, operation, fields, reason }) => ({
    object: objectLabel(key),
    namespace: key.namespace,
    operation,
    reason,
    ...told(causesOf(causes, key)),
    fields: fields.map((field) => ({ ...field, ...told(causesOf(causes, key, field.pointer)) })),
  }));
  return { app, environment, cluster, namespace, release, changes };
}

const told = (causes: readonly string[]) => (causes.length === 0 ? {} : { causes });

function shown(value: unknown): string {
  if (value === undefined) return '(none)';
  const text = typeof value === 'string' ? value : writeExactJson(value);
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
