/** How long something takes or lasts, as people write it. */
import * as z from 'zod';
import { parseDuration } from '../../foundation/base/duration.ts';

const durationPattern = '^(0|(\\d+(\\.\\d+)?(ms|s|m|h|d))+)$';

/** Milliseconds after reading. */
export const duration = z
  .string({ error: 'expected a duration such as 300ms, 5s, 10m or 1h30m' })
  .meta({ pattern: durationPattern, examples: ['300ms', '5s', '10m', '1h30m'] })
  .transform((text, context) => {
    const milliseconds = parseDuration(text);
    if (milliseconds !== undefined) return milliseconds;
    context.addIssue({ code: 'custom', message: 'expected a duration such as 300ms, 5s, 10m or 1h30m' });
    return z.NEVER;
  });
