/** Durations as kubectl's tables show them: `5s`, `3m20s`, `2d4h`. */

export function age(from: string | undefined | null, now: number): string {
  const start = from === undefined || from === null ? Number.NaN : Date.parse(from);
  return Number.isNaN(start) ? '<unknown>' : humanDuration(now - start);
}

export function humanDuration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return withRest([minutes, 'm'], [seconds % 60, 's']);
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return withRest([hours, 'h'], [minutes % 60, 'm']);
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return withRest([days, 'd'], [hours % 24, 'h']);
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return years < 8 ? withRest([years, 'y'], [days % 365, 'd']) : `${years}y`;
}

type Part = readonly [amount: number, unit: string];

function withRest([amount, unit]: Part, [rest, restUnit]: Part): string {
  return rest === 0 ? `${amount}${unit}` : `${amount}${unit}${rest}${restUnit}`;
}
