/** Go's time.Duration as nanoseconds in a bigint: parsing and printing. */
import { GoError } from '../../../foundation/template/value.ts';
import { quoteForTime } from './quote-for-time.ts';

export const SECOND = 1_000_000_000n;
const MAX_INT64 = (1n << 63n) - 1n;

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['μs', 1000n],
  ['ms', 1_000_000n],
  ['s', SECOND],
  ['m', 60n * SECOND],
  ['h', 3600n * SECOND],
]);

/** time.ParseDuration; throws Go's error. */
export function parseGoDuration(text: string): bigint {
  const invalid = (): GoError => new GoError(`time: invalid duration ${quoteForTime(text)}`);
  const negative = text.startsWith('-');
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return 0n;
  if (rest === '') throw invalid();
  let total = 0n;
  while (rest !== '') {
    const part = /^([0-9]*)(?:\.([0-9]*))?([^.0-9]*)/.exec(rest)!;
    const [whole, digits, fraction = '', name] = part as unknown as [string, string, string | undefined, string];
    if (digits === '' && fraction === '') throw invalid();
    if (BigInt(digits) > MAX_INT64 + 1n) throw invalid();
    if (name === '') throw new GoError(`time: missing unit in duration ${quoteForTime(text)}`);
    const unit = UNITS.get(name);
    if (unit === undefined) {
      throw new GoError(`time: unknown unit ${quoteForTime(name)} in duration ${quoteForTime(text)}`);
    }
    total += BigInt(digits) * unit + fractionOf(fraction, unit);
    if (total > MAX_INT64 + 1n) throw invalid();
    rest = rest.slice(whole.length);
  }
  if (negative) return -total;
  if (total > MAX_INT64) throw invalid();
  return total;
}

/** In floating point, as Go calculates it; digits that no int64 could hold are dropped. */
function fractionOf(digits: string, unit: bigint): bigint {
  let kept = digits;
  while (kept !== '' && BigInt(kept) > MAX_INT64) kept = kept.slice(0, -1);
  if (kept === '') return 0n;
  return BigInt(Math.trunc(Number(BigInt(kept)) * (Number(unit) / 10 ** kept.length)));
}

/** Duration.String(): `1h0m5s`, `1.5s`, `15ms`, `0s`. */
export function formatGoDuration(duration: bigint): string {
  const sign = duration < 0n ? '-' : '';
  const magnitude = duration < 0n ? -duration : duration;
  if (magnitude === 0n) return '0s';
  if (magnitude < 1000n) return `${sign}${magnitude}ns`;
  if (magnitude < 1_000_000n) return `${sign}${withFraction(magnitude, 3)}µs`;
  if (magnitude < SECOND) return `${sign}${withFraction(magnitude, 6)}ms`;
  const minutes = magnitude / (60n * SECOND);
  const seconds = `${withFraction(magnitude % (60n * SECOND), 9)}s`;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return `${sign}${hours === 0n ? '' : `${hours}h`}${minutes % 60n}m${seconds}`;
}

function withFraction(value: bigint, digits: number): string {
  const scale = 10n ** BigInt(digits);
  const fraction = (value % scale).toString().padStart(digits, '0').replace(/0+$/, '');
  return fraction === '' ? String(value / scale) : `${value / scale}.${fraction}`;
}

/** Sprig's durationRound: only the largest unit that is exceeded. */
export function roundDuration(duration: bigint): string {
  const magnitude = duration < 0n ? -duration : duration;
  const day = 24n * 3600n * SECOND;
  const scale: readonly (readonly [string, bigint])[] = [
    ['y', 365n * day],
    ['mo', 30n * day],
    ['d', day],
    ['h', 3600n * SECOND],
    ['m', 60n * SECOND],
    ['s', SECOND],
  ];
  const unit = scale.find(([, length]) => magnitude > length);
  return unit === undefined ? '0s' : `${magnitude / unit[1]}${unit[0]}`;
}
