/** A name in a definition; `what` it names is told where it is none. */
import * as z from 'zod';

export const name = (what: string) =>
  z
    .string()
    .max(53, `${what} has at most 53 characters`)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
      error: `${what} is made of lower-case letters, digits and "-", and starts and ends with a letter or digit`,
    });
