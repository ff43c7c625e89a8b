/**
 * `render`: the manifests of one release with the fleet's values, as the daemon would render them; lookups find nothing.
 * What is secret is masked unless it is asked for.
 */

import { randomBytes } from 'node:crypto';
import { maskManifest } from '../../../foundation/secrets/mask-manifest.ts';
import { recordSecrets } from '../../../foundation/secrets/record-secrets.ts';
import { formatTemplateOutput } from '../../../pipeline/render/template-output.ts';
import { renderOffline } from '../../../pipeline/render-offline.ts';
import { choosePrepared } from '../choose-prepared.ts';
import type { MaskedLine } from '../mask-output.ts';
import type { GlobalOptions } from '../open-fleet.ts';
import type { Selection } from '../select.ts';

export interface RenderOptions extends GlobalOptions, Selection {
  readonly showSecrets: boolean;
}

export async function render(line: MaskedLine, options: RenderOptions): Promise<number> {
  const { config, prepared } = await choosePrepared(line, options);
  const { compat, kubeVersion } = config.helm;
  const sources = { now: line.now, randomBytes };
  const rendered = renderOffline(prepared, { compat, kubeVersion, sources, isInstall: true });
  const output = formatTemplateOutput(rendered, { compat });
  if (options.showSecrets) {
    line.unmasked.write(output);
    return 0;
  }
  // What a chart makes up for a Secret may stand elsewhere too.
  line.mask.add(recordSecrets(rendered));
  const masked = line.mask.text(maskManifest(output));
  line.stdout.write(masked);
  if (masked !== output) line.stderr.write('secret values are shown as ***; --show-secrets prints them\n');
  return 0;
}
