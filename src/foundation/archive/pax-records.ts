/** The records of a PAX header: `LENGTH KEY=VALUE` and a line's end, each. Takes bytes, returns values by key. */
import { fromBytes } from '../base/byte-string.ts';
import { badHeader } from './archive-error.ts';

export type PaxRecords = ReadonlyMap<string, string>;

export function readPaxRecords(data: Uint8Array): PaxRecords {
  const records = new Map<string, string>();
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    if (space < 0 || space - at > 20) throw badHeader();
    const length = Buffer.from(data.subarray(at, space)).toString('latin1');
    const end = at + Number(length);
    if (!/^\+?\d+$/.test(length) || Number(length) < 5 || end > data.length || end <= space + 1) throw badHeader();
    if (data[end - 1] !== 0x0a) throw badHeader();
    const [key, value] = splitRecord(fromBytes(data.subarray(space + 1, end - 1)));
    records.set(key, value);
    at = end;
  }
  return records;
}

const NAMES: ReadonlySet<string> = new Set(['path', 'linkpath', 'uname', 'gname']);

function splitRecord(record: string): [key: string, value: string] {
  const equals = record.indexOf('=');
  const [key, value] = [record.slice(0, equals), record.slice(equals + 1)];
  if (equals < 1 || (NAMES.has(key) ? value : key).includes('\0')) throw badHeader();
  return [key, value];
}
