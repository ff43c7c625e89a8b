/** Durations as the configuration and the log write them: `300ms`, `5s`, `10m`, `1h30m`. In the program: milliseconds. */

const unitMilliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const durationPattern = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const partPattern = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

/** Milliseconds, or undefined where the text is no duration. `0` alone is one. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!durationPattern.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(partPattern))
    total += Number(amount) * (unitMilliseconds[unit ?? ''] ?? 0);
  return total;
}

/** The shortest such text: `1h30m`, `2.5s`, `340ms`, `0s`. Seconds keep one decimal, from a minute on none. */
export function formatDuration(milliseconds: number): string {
  const rounded = Math.round(milliseconds);
  if (rounded === 0) return '0s';
  if (rounded < 1000) return `${rounded}ms`;
  if (rounded < 59_950) return `${Number((rounded / 1000).toFixed(1))}s`;
  const seconds = Math.round(rounded / 1000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'm'],
    [seconds % 60, 's'],
  ];
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join('');
}
