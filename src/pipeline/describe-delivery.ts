/** A release as a delivery: which version it is, by what is promoted of it, and when that was committed. */
import { createHash } from 'node:crypto';
import { writeExactJson } from '../foundation/base/exact-json.ts';
import type { Delivery } from '../foundation/state/delivery.ts';
import type { GoValue } from '../foundation/template/value.ts';
import { toJson } from '../foundation/yaml/plain-json.ts';
import type { PreparedRelease } from './context.ts';
import { definitionFields } from './values/edit-application.ts';
import { matchKeys } from './values/match-keys.ts';
import { formatValuePath, isSecretValue } from './values/provenance.ts';

export function describeDelivery(prepared: PreparedRelease): Omit<Delivery, 'at' | 'failed' | 'restored'> {
  const { digest, checkout, definition } = prepared;
  const version = versionOf(prepared);
  const { commit, revision } = checkout;
  return {
    digest,
    ...(version === undefined ? {} : { version }),
    ...(definition.promote === undefined ? {} : { from: definition.promote.from }),
    revision,
    ...(commit?.time === undefined ? {} : { committed: new Date(commit.time * 1000).toISOString() }),
  };
}

const within = (value: GoValue | undefined, step: string) => (value instanceof Map ? value.get(step) : undefined);

const longest = 120;

/** The same wherever it runs, however it came there. */
function versionOf({ definition, values, layers, chart, checkout }: PreparedRelease): string | undefined {
  const { keys } = definition.settings.promotion;
  const ofDefinition: Readonly<Record<string, string>> = {
    'chart.version': chart.metadata.version,
    revision: definition.pin?.revision ?? checkout.revision,
  };
  const fields = keys.filter((key) => definitionFields.some((field) => field === key));
  const { paths } = matchKeys(
    values,
    keys.filter((key) => !fields.includes(key)),
  );
  const parts = [
    ...paths.map((path) => {
      const value = path.reduce<GoValue | undefined>(within, values);
      const text = typeof value === 'string' ? value : writeExactJson(toJson(value ?? null));
      return `${formatValuePath(path)}=${isSecretValue(layers, path) ? '***' : text}`;
    }),
    ...fields.map((field) => `${field}=${ofDefinition[field]}`),
  ];
  if (parts.length === 0) return undefined;
  const text = parts.join(' ');
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 12)}… #${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}
