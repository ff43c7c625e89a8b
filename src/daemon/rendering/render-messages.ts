/** What the main thread and a render worker say to each other. Everything is plain data. */

import type { Fault, Place } from '../../foundation/base/errors.ts';
import type { GoMap } from '../../foundation/template/value.ts';
import type { ChartPins } from '../../pipeline/chart/pin-sources.ts';
import type { ReleaseDefinition } from '../../pipeline/definitions/release-definition.ts';
import type { Capabilities, RenderedRelease } from '../../pipeline/render/rendered-release.ts';
import type { Checkout } from '../../pipeline/source/checkout.ts';

export interface RenderRequest {
  readonly type: 'render';
  readonly id: number;
  readonly definition: ReleaseDefinition;
  readonly checkout: Checkout;
  /** What was fetched for the chart: the worker has no network. */
  readonly pins: ChartPins;
  readonly aliases: ReadonlyMap<string, string> | undefined;
  readonly chartDigest: string;
  /** Merged; integers have lost their class on the way. */
  readonly values: GoMap;
  readonly revision: number;
  readonly isInstall: boolean;
  readonly capabilities: Capabilities;
  readonly compat: 'helm3' | 'helm4';
}

export type RenderReply =
  | { readonly type: 'rendered'; readonly id: number; readonly rendered: RenderedRelease }
  | { readonly type: 'failed'; readonly id: number; readonly error: PlainError }
  /** The worker blocks until the answer lies on its port. */
  | { readonly type: 'lookup'; readonly id: number; readonly lookup: LookupQuestion };

export interface LookupQuestion {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** JSON text of the object, of a list, or `{}`; or why there is none. */
export type LookupAnswer = { readonly json: string } | { readonly error: PlainError };

export interface PlainError {
  readonly code: string;
  readonly fault: Fault;
  readonly message: string;
  readonly place: Place | undefined;
  readonly hint: string | undefined;
}
