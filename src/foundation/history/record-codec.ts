/**
 * A ReleaseRecord to and from the text in the `release` key of the object that holds it (base64 of gzip of JSON; in a
 * Secret the API adds a second base64). Reads what Helm 3 and Helm 4 write, writes what Helm 4.2.4 writes.
 */
import { promisify } from 'node:util';
import { gunzip, gunzipSync, gzip, gzipSync } from 'node:zlib';
import { HelmGitopsError } from '../base/errors.ts';
import type { JsonObject } from '../manifest/object.ts';
import { GoError } from '../template/value.ts';
import { parseJson } from '../yaml/parse-json.ts';
import { toJson } from '../yaml/plain-json.ts';
import { goJson } from './go-json.ts';
import { recordShape, zeroTime } from './record-shape.table.ts';
import type { RecordedHook, ReleaseInfo, ReleaseRecord, ReleaseStatus } from './release-record.ts';

/** What is smaller is packed at once; larger texts go to another thread, because level 9 takes its time. */
const threadBytes = 64 * 1024;
/** The object holds 1 MiB; its record unpacked never more than this. */
const maxUnpackedBytes = 128 * 1024 * 1024;

export async function encodeRecord(record: ReleaseRecord): Promise<string> {
  const json = Buffer.from(recordJson(record));
  const packed = json.length < threadBytes ? gzipSync(json, { level: 9 }) : await promisify(gzip)(json, { level: 9 });
  return packed.toString('base64');
}

/** The JSON inside. */
export function recordJson(record: ReleaseRecord): string {
  return goJson(record, recordShape);
}

/** Fails with `history.unreadable`. The labels are not in the text. */
export async function decodeRecord(text: string): Promise<ReleaseRecord> {
  try {
    return readRecord(readPlain((await unpack(Buffer.from(text, 'base64'))).toString('utf8')));
  } catch (error) {
    throw new HelmGitopsError('history.unreadable', 'transient', `not a Helm record: ${whyUnreadable(error)}`, {
      cause: error,
    });
  }
}

/** With an escape in a key, which V8 may take for another one: yaml/read-json.ts. */
const escapedKey = /[{,]\s*"[^"\\]*\\(?:[^"\\]|\\.)*"\s*:/;

const readPlain = (json: string): unknown => (escapedKey.test(json) ? toJson(parseJson(json).value) : JSON.parse(json));

/** What the parser says would quote the record, which holds values. */
function whyUnreadable(error: unknown): string {
  if (error instanceof TypeError) return error.message;
  return error instanceof SyntaxError || error instanceof GoError
    ? 'the data is not JSON'
    : 'the data cannot be unpacked';
}

async function unpack(data: Buffer): Promise<Buffer> {
  // Before Helm 2.6 records were not compressed; Helm still reads those.
  if (data[0] !== 0x1f || data[1] !== 0x8b || data[2] !== 0x08) return data;
  const options = { maxOutputLength: maxUnpackedBytes };
  return data.length < threadBytes / 4 ? gunzipSync(data, options) : await promisify(gunzip)(data, options);
}

function readRecord(value: unknown): ReleaseRecord {
  const body = object(value);
  if (!body) throw new TypeError('the record is no object');
  const name = text(body.name);
  const version = body.version;
  if (name === undefined || typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    throw new TypeError('the record has no name or version');
  const applyMethod = text(body.apply_method);
  return {
    name,
    namespace: text(body.namespace) ?? '',
    version,
    info: readInfo(object(body.info) ?? {}),
    chart: (object(body.chart) ?? {}) as JsonObject,
    config: (object(body.config) ?? {}) as JsonObject,
    manifest: text(body.manifest) ?? '',
    hooks: Array.isArray(body.hooks) ? body.hooks.flatMap((hook) => readHook(object(hook))) : [],
    ...(applyMethod ? { apply_method: applyMethod } : {}),
  };
}

function readInfo(info: Fields): ReleaseInfo {
  const deleted = time(info.deleted);
  const notes = text(info.notes);
  return {
    first_deployed: time(info.first_deployed) ?? '',
    last_deployed: time(info.last_deployed) ?? '',
    ...(deleted ? { deleted } : {}),
    description: text(info.description) ?? '',
    status: (text(info.status) ?? 'unknown') as ReleaseStatus,
    ...(notes ? { notes } : {}),
  };
}

function readHook(hook: Fields | undefined): RecordedHook[] {
  if (!hook) return [];
  const run = object(hook.last_run);
  const [started, completed] = [time(run?.started_at), time(run?.completed_at)];
  const weight = typeof hook.weight === 'number' ? hook.weight : 0;
  const [deletePolicies, logPolicies] = [strings(hook.delete_policies), strings(hook.output_log_policies)];
  return [
    {
      name: text(hook.name) ?? '',
      kind: text(hook.kind) ?? '',
      path: text(hook.path) ?? '',
      manifest: text(hook.manifest) ?? '',
      events: strings(hook.events),
      last_run: {
        ...(started ? { started_at: started } : {}),
        ...(completed ? { completed_at: completed } : {}),
        phase: text(run?.phase) ?? '',
      },
      ...(weight === 0 ? {} : { weight }),
      ...(deletePolicies.length > 0 ? { delete_policies: deletePolicies } : {}),
      ...(logPolicies.length > 0 ? { output_log_policies: logPolicies } : {}),
    },
  ];
}

type Fields = Readonly<Record<string, unknown>>;

function object(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Helm 3 writes `""` for a time that was never. */
function time(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value !== zeroTime ? value : undefined;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
