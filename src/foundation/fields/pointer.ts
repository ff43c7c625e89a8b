/** JSON pointers (RFC 6901): written, read, and followed into a value. Own properties only. */
import { getOwn, isMap } from './json-value.ts';

export function writePointer(steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export function pointerSteps(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .replace(/^\//, '')
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A list position, or undefined: no sign, no leading zeros. */
export function listIndex(step: string): number | undefined {
  return /^(0|[1-9]\d*)$/.test(step) ? Number(step) : undefined;
}

export function valueAt(value: unknown, pointer: string): unknown {
  let current = value;
  for (const step of pointerSteps(pointer)) {
    if (Array.isArray(current)) {
      const index = listIndex(step);
      current = index === undefined ? undefined : current[index];
    } else {
      current = isMap(current) ? getOwn(current, step) : undefined;
    }
  }
  return current;
}
