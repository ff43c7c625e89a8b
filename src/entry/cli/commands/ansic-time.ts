/** Takes a moment as a record holds it, returns it as Go's `time.ANSIC` prints it, in the zone in which it was written. */
export function ansicTime(text: string): string {
  // Go's zero time.
  const moment = Date.parse(text) || Date.parse('0001-01-01T00:00:00Z');
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(text) ?? [];
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -60_000 : 60_000);
  const local = new Date(moment + offset);
  const [weekday = '', day = '', month = '', year = '', time = ''] = local.toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
}
