/**
 * A query in PromQL: how a server of Prometheus' API is asked, and what its answer says. Of several samples each has to lie
 * within the range; none at all says nothing.
 */
import type { PrometheusSource } from '../definitions/rollback-settings.ts';
import type { CheckResult } from './evaluate-check.ts';

export const measurePrometheus = { request, result };

function request({ address, query }: PrometheusSource): { url: string; body: string } {
  const base = address.endsWith('/') ? address : `${address}/`;
  return { url: new URL('api/v1/query', base).href, body: new URLSearchParams({ query }).toString() };
}

function result({ range }: PrometheusSource, status: number, text: string): CheckResult {
  const samples = readSamples(text);
  if (typeof samples === 'string') return { ok: undefined, message: status < 300 ? samples : `HTTP ${status}` };
  if (samples.length === 0) return { ok: undefined, message: 'the query gives no sample' };
  if (samples.some(Number.isNaN)) return { ok: undefined, message: 'the query gives NaN' };
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range;
  const bad = samples.find((sample) => sample < min || sample > max);
  if (bad === undefined) return { ok: true, value: samples.join(', '), message: samples.join(', ') };
  return { ok: false, value: `${bad}`, message: bad < min ? `${bad} is below ${min}` : `${bad} is above ${max}` };
}

/** Or why there are none to be read. */
function readSamples(text: string): number[] | string {
  const answer = parsed(text);
  const { resultType, result: samples } = fieldsOf(answer['data']);
  if (answer['status'] !== 'success') {
    const kind = answer['errorType'];
    return typeof kind === 'string' && errorTypes.has(kind) ? `the query fails: ${kind}` : notPrometheus;
  }
  if (resultType === 'scalar') return valuesOf([{ value: samples }]);
  if (resultType !== 'vector') return `the query gives a ${resultType === 'matrix' ? 'matrix' : 'text'}, not numbers`;
  return Array.isArray(samples) ? valuesOf(samples.slice(0, mostSamples)) : notPrometheus;
}

const notPrometheus = 'the answer is not one of Prometheus';
/** Of its API; anything else may be anything. */
const errorTypes = new Set(['timeout', 'canceled', 'execution', 'bad_data', 'internal', 'unavailable', 'not_found']);
const mostSamples = 100;

function valuesOf(samples: readonly unknown[]): number[] | string {
  const values = samples.map((sample) => {
    const pair = fieldsOf(sample)['value'];
    const written = Array.isArray(pair) ? pair[1] : undefined;
    return typeof written === 'string' ? numberOf(written) : undefined;
  });
  return values.every((value) => value !== undefined) ? values : notPrometheus;
}

function numberOf(text: string): number | undefined {
  if (text === 'NaN') return Number.NaN;
  if (/^[+-]?Inf$/.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[-+0-9.eE]{1,40}$/.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
