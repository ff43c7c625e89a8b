/** A gate of promotions that people open by name: they approve of the pull request by a review. */
import * as z from 'zod';

export const reviewGate = z.strictObject({
  approval: z.strictObject({
    by: z.array(z.string().min(1)).min(1).describe("people, by the forge's names: they review the pull request"),
    count: z.int().min(1).optional().meta({ default: 1 }).describe('so many of them'),
  }),
});

export type ReviewGate = z.output<typeof reviewGate>;
