/** Takes health checks as they are written, returns them complete, their texts rendered and their addresses looked at. */
import { HelmGitopsError, type Place } from '../../foundation/base/errors.ts';
import { displayUrl } from '../../foundation/http/display-url.ts';
import { renderTemplate, type Variables } from './render-template.ts';
import type { WrittenCheck } from './rollback-schema.ts';
import type { HealthCheck } from './rollback-settings.ts';

const second = 1000;

export function resolveChecks(
  checks: readonly WrittenCheck[] | undefined,
  { place, variables }: { place: Place; variables: Variables },
): HealthCheck[] {
  const render = (text: string) => renderTemplate({ text, place }, variables);
  const names = new Set<string>();
  return (checks ?? []).map(({ name, interval, timeout, failureLimit, ...written }) => {
    if (names.has(name)) throw invalid(`two checks are called ${name}`, place);
    names.add(name);
    const rest = {
      interval: interval ?? 10 * second,
      timeout: timeout ?? 5 * second,
      failureLimit: failureLimit ?? 3,
    };
    const { http, prometheus, thresholdRange: range = {} } = written;
    if (prometheus) {
      const { address, query, token } = prometheus;
      const url = checkUrl(render(address), place);
      const asked = { type: 'prometheus', address: url, query: render(query), range } as const;
      return { name, source: { ...asked, ...(token ? { token } : {}) }, ...rest };
    }
    const { url = '', token } = http ?? {};
    const source = { type: 'http', url: checkUrl(render(url), place), ...(token ? { token } : {}) } as const;
    return { name, source, ...rest };
  });
}

function checkUrl(text: string, place: Place): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw invalid(`a check asks by http or https: ${displayUrl(text)} is neither`, place);
  if (url.username !== '' || url.password !== '')
    throw invalid(`${displayUrl(text)} holds a password: a token belongs into a Secret`, place);
  return text;
}

function invalid(message: string, place: Place): HelmGitopsError {
  return new HelmGitopsError('definition.invalid', 'user', message, { place });
}
