/** The same chart, rendered by our engine. */
import { randomBytes } from 'node:crypto';
import { toBytes } from '../../../src/foundation/base/byte-string.ts';
import { HelmGitopsError } from '../../../src/foundation/base/errors.ts';
import type { Json } from '../../../src/foundation/manifest/object.ts';
import { type GoMap, type GoValue, int64 } from '../../../src/foundation/template/value.ts';
import type { Compat } from '../../../src/foundation/values/read-values.ts';
import { fromJson, toJson } from '../../../src/foundation/yaml/plain-json.ts';
import { readYaml } from '../../../src/foundation/yaml/read-yaml.ts';
import type { Chart, ChartMetadata } from '../../../src/pipeline/chart/chart.ts';
import { offlineCapabilities } from '../../../src/pipeline/render/offline-capabilities.table.ts';
import { renderChart } from '../../../src/pipeline/render/render-chart.ts';
import { CHART_YAML, FILES, HELPERS } from './go-judge.table.ts';
import { type FuzzCase, INT64, type Outcome } from './outcome.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const metadata = toJson(readYaml(CHART_YAML)) as unknown as ChartMetadata;
const files = Object.entries(FILES).map(([name, data]) => ({ name, data: bytes(data) }));
const helpers = { name: 'templates/_helpers.tpl', data: bytes(HELPERS) };

function chartOf(text: string): Chart {
  return {
    metadata,
    lock: undefined,
    templates: [helpers, { name: 'templates/NOTES.txt', data: bytes(text) }],
    files,
    values: new Map(),
    schema: undefined,
    dependencies: [],
    digest: '',
  };
}

function revive(value: GoValue): GoValue {
  if (typeof value === 'string' && value.startsWith(INT64)) return int64(BigInt(value.slice(INT64.length)));
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) value[i] = revive(value[i]!);
  if (value instanceof Map) for (const [key, entry] of value) value.set(key, revive(entry));
  return value;
}

const latin1 = (text: string): string => Buffer.from(toBytes(text)).toString('latin1');

export function renderOurs({ text, values }: FuzzCase, compat: Compat): Outcome {
  try {
    const { notes } = renderChart({
      chart: chartOf(text),
      values: revive(fromJson(JSON.parse(values) as Json)) as GoMap,
      release: { name: 'rel', namespace: 'prod', revision: 1, isInstall: true, isUpgrade: false },
      capabilities: offlineCapabilities,
      compat,
      sources: { now: () => new Date(), randomBytes: (count) => randomBytes(count), timeZone: 'UTC' },
      skipSchemaValidation: true,
      limits: { steps: 2_000_000 },
    });
    return { ok: true, text: latin1(notes) };
  } catch (error) {
    const known = error instanceof HelmGitopsError;
    return { ok: false, text: latin1(known ? error.message : `BUG ${(error as Error).stack}`) };
  }
}
