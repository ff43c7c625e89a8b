/** What an uninstall is asked with: the JSON of its annotation, as Helm's flags mean it. Hostile until it was read here. */
import { parseDuration } from '../../foundation/base/duration.ts';
import type { UninstallOptions } from '../../pipeline/apply/uninstall-release.ts';

type Asked = Omit<UninstallOptions, 'everything'> & {
  /** Milliseconds. */
  readonly timeout: number;
};

/** As Helm's. */
const defaultTimeout = 300_000;

const cascades: Readonly<Record<string, UninstallOptions['propagation']>> = {
  background: 'Background',
  foreground: 'Foreground',
  orphan: 'Orphan',
};

export function uninstallArguments(given: Readonly<Record<string, unknown>>): Asked | { readonly problem: string } {
  const flag = (name: string, otherwise: boolean) => given[name] ?? otherwise;
  const [keepHistory, hooks, wait] = [flag('keepHistory', false), flag('hooks', true), flag('wait', false)];
  if (typeof keepHistory !== 'boolean' || typeof hooks !== 'boolean' || typeof wait !== 'boolean')
    return { problem: 'keepHistory, hooks and wait are true or false' };
  const cascade = given['cascade'] ?? 'background';
  const propagation = typeof cascade === 'string' && Object.hasOwn(cascades, cascade) ? cascades[cascade] : undefined;
  if (propagation === undefined) return { problem: 'cascade is background, foreground or orphan' };
  const asked = given['timeout'];
  const timeout = asked === undefined ? defaultTimeout : typeof asked === 'string' ? parseDuration(asked) : undefined;
  if (timeout === undefined) return { problem: 'timeout is a duration such as 5m' };
  return { keepHistory, hooks, propagation, timeout, wait: wait ? timeout : undefined };
}
