import { describe, expect, test } from 'vitest';
import { digestApiVersions } from '../../../src/foundation/cluster/digest-api-versions.ts';
import { offlineCapabilities } from '../../../src/pipeline/render/offline-capabilities.table.ts';
import type { EnvironmentAnswers } from '../../../src/pipeline/render/rendered-release.ts';
import { chartYaml, makeChart } from '../../support/make-chart.ts';
import { renderRelease } from '../../support/render-here.ts';

async function answersTo(expression: string): Promise<EnvironmentAnswers> {
  using chart = makeChart({
    'Chart.yaml': chartYaml('shop'),
    'templates/x.yaml': `a: {{ ${expression} | toString | b64enc }}\n`,
  });
  return (await renderRelease(chart.path)).answers;
}

const whole = digestApiVersions(offlineCapabilities.apiVersions);

describe('what a render asked of the cluster', () => {
  test.each([
    'has "apps/v1" .Capabilities.APIVersions',
    'len .Capabilities.APIVersions',
    '.Capabilities.APIVersions | join ","',
    'toYaml .Capabilities.APIVersions',
    'toJson .Capabilities',
    'index .Capabilities.APIVersions 0',
    'tpl "{{ range .Capabilities.APIVersions }}{{ . }}{{ end }}" .',
    'print .Capabilities.APIVersions',
    'ternary 1 2 (empty .Capabilities.APIVersions)',
  ])('%s looks at the whole list of API versions', async (expression) => {
    expect((await answersTo(expression)).apiVersionList).toBe(whole);
  });

  test.each(['.Capabilities.APIVersions.Has "apps/v1"', '.Capabilities.KubeVersion.Minor', '.Release.Name'])(
    '%s does not',
    async (expression) => {
      expect(await answersTo(expression)).not.toHaveProperty('apiVersionList');
    },
  );

  test.each(['toJson .Capabilities', 'print .Capabilities', 'toYaml .Capabilities', '.Capabilities.KubeVersion'])(
    '%s looks at the version of Kubernetes',
    async (expression) => {
      expect((await answersTo(expression)).kubeVersion).toBe('v1.36.0');
    },
  );

  test('the digest does not depend on the order', () => {
    expect(digestApiVersions(['v1', 'apps/v1'])).toBe(digestApiVersions(['apps/v1', 'v1']));
    expect(digestApiVersions(['v1', 'apps/v1'])).not.toBe(digestApiVersions(['v1']));
  });
});
