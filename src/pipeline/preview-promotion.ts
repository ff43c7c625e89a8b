/** What a promotion would do to its target, against the live objects, before anything of it is in git. It writes nothing. */
import type { Compat } from '../foundation/values/read-values.ts';
import type { PreparedRelease } from './context.ts';
import { type Preview, type PreviewContext, previewRelease } from './preview-revision.ts';
import { type Promotion, promoteError } from './promote-version.ts';
import { mergeLayers } from './values/choose-edits.ts';

export interface PromotionPreviewInput {
  readonly target: PreparedRelease;
  readonly promotion: Promotion;
  readonly compat: Compat;
}

export async function previewPromotion(
  context: PreviewContext,
  { target, promotion, compat }: PromotionPreviewInput,
): Promise<Preview> {
  const { layers, fields, source } = promotion;
  if (fields.includes('revision')) {
    const message = 'the commit of its chart and of shared files changes';
    throw promoteError('promote.no-preview', message, 'helm-gitops plan --commit BRANCH shows what it would do');
  }
  const { definition, chart, pins, aliases } = fields.includes('chart.version') ? source : target;
  return previewRelease(context, {
    ...target,
    ...{ chart, pins, aliases, definition: { ...target.definition, chart: definition.chart } },
    ...{ layers, values: mergeLayers(layers, compat) },
  });
}
