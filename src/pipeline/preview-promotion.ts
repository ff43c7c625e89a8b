/** What a promotion would do to its target, against the live objects, before anything of it is in git. It writes nothing. */
import type { Compat } from '../foundation/values/read-values.ts';
import type { PreparedRelease } from './context.ts';
import { type Preview, type PreviewContext, previewRelease } from './preview-revision.ts';
import type { Promotion } from './promote-version.ts';
import { mergeLayers } from './values/choose-edits.ts';

export interface PromotionPreviewInput {
  readonly target: PreparedRelease;
  readonly promotion: Promotion;
  readonly compat: Compat;
}

export function previewPromotion(
  context: PreviewContext,
  { target, promotion: { layers }, compat }: PromotionPreviewInput,
): Promise<Preview> {
  return previewRelease(context, { ...target, layers, values: mergeLayers(layers, compat) });
}
