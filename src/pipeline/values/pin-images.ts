/**
 * Takes values that are to be promoted and the images that ran with them; returns the values in which each tag of such an image
 * is followed by the digest that ran, `v2@sha256:…`, or why that is not known. Pure.
 */
import type { GoMap } from '../../foundation/template/value.ts';
import { type ValuePath, valueAt } from '../../foundation/values/value-places.ts';
import { matchKeys } from './match-keys.ts';
import { formatValuePath, withValue } from './provenance.ts';

/** Of one container. */
export interface RanImage {
  /** As its pod asks for it: `example.org/web:v2`. */
  readonly image: string;
  /** Undefined: no node has told. */
  readonly digest: string | undefined;
}

export interface PinInput {
  readonly values: GoMap;
  /** Patterns of what is promoted. */
  readonly keys: readonly string[];
  readonly images: readonly RanImage[];
  /** What has a digest of the same tag keeps it where none is known. */
  readonly target: GoMap;
}

export type Pinned = { readonly values: GoMap } | { readonly unknown: string };

export function pinImages({ values, keys, images, target }: PinInput): Pinned {
  let pinned = values;
  let isAny = false;
  for (const path of matchKeys(values, keys).paths) {
    const written = valueAt(values, path);
    if (typeof written !== 'string' || written === '') continue;
    const found = hasDigest(written) ? written : pinOf(written, { values, path, images });
    const there = valueAt(target, path);
    const kept = typeof there === 'string' && there.startsWith(`${written}@sha256:`) ? there : undefined;
    const value = typeof found === 'string' ? found : kept;
    if (value !== undefined) {
      pinned = withValue(pinned, path, value);
      isAny = true;
    } else if (found !== undefined) return { unknown: `${formatValuePath(path)}: ${(found as Unknown).unknown}` };
  }
  return isAny ? { values: pinned } : { unknown: 'no pod of it runs an image that a promoted key names' };
}

interface Unknown {
  readonly unknown: string;
}

const hasDigest = (text: string): boolean => /@sha256:[0-9a-f]{64}$/.test(text);

interface Beside {
  readonly values: GoMap;
  readonly path: ValuePath;
  readonly images: readonly RanImage[];
}

/** Undefined: it names no image. */
function pinOf(written: string, { values, path, images }: Beside): string | Unknown | undefined {
  const named = images.filter(({ image }) => image === written || image.endsWith(`:${written}`));
  if (named.length === 0) return undefined;
  const those = digestsOf(named).size > 1 ? besideKey(named, written, { values, path }) : named;
  const [digest, ...others] = digestsOf(those);
  const image = those[0]?.image ?? written;
  if (digest === undefined) return { unknown: `no node has told yet which digest ${image} has` };
  if (others.length > 0)
    return { unknown: `pods run ${image} with several digests: ${[digest, ...others].join(', ')}` };
  return `${written}@${digest}`;
}

const digestsOf = (images: readonly RanImage[]): Set<string> => new Set(images.flatMap(({ digest }) => digest ?? []));

/** Of several images with one tag the one whose repository stands beside it: `image: {repository: example.org/web, tag: v2}`. */
function besideKey(
  images: readonly RanImage[],
  written: string,
  { values, path }: Pick<Beside, 'values' | 'path'>,
): readonly RanImage[] {
  const table = valueAt(values, path.slice(0, -1));
  const texts = table instanceof Map ? [...table.values()].filter((one) => typeof one === 'string' && one !== '') : [];
  const fits = ({ image }: RanImage) => {
    const repository = image.slice(0, -written.length - 1);
    return texts.some((text) => repository === text || repository.endsWith(`/${text}`));
  };
  const fitting = images.filter(fits);
  return fitting.length === 0 ? images : fitting;
}
