/**
 * Takes a look at a repository and one of its definitions, returns where that one's paths lie: in the repository, or in another
 * one that it names for definitions. What goes wrong with a file there is told with that repository's name.
 */
import { asHelmGitopsError, type HelmGitopsError } from '../foundation/base/errors.ts';
import { placeElsewhere } from './definitions/join-files.ts';
import type { ReleaseDefinition } from './definitions/release-definition.ts';
import type { Checkout } from './source/checkout.ts';
import type { CheckoutFiles } from './source/checkout-files.ts';
import type { OtherCheckout } from './source/other-repositories.ts';

export interface Home {
  readonly checkout: Checkout;
  readonly files: CheckoutFiles;
  readonly url: string | undefined;
}

export interface Look {
  readonly checkout: Checkout;
  readonly url?: string | undefined;
  readonly definitions: { readonly files: CheckoutFiles };
}

export type Others = ReadonlyMap<string, OtherCheckout>;

export function homeOf({ checkout, url, definitions }: Look, others: Others, { origin }: ReleaseDefinition): Home {
  const other = origin.elsewhere === undefined ? undefined : others.get(origin.elsewhere);
  return other ?? { checkout, url, files: definitions.files };
}

export function asErrorAtHome(thrown: unknown, { origin }: ReleaseDefinition): HelmGitopsError {
  return asHelmGitopsError(placeElsewhere(thrown, origin.elsewhere ?? ''));
}
