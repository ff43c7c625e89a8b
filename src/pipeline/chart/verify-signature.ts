/**
 * Checks that a cosign key has signed a chart's manifest, by whose digest the archive came. Takes the repository, the digest
 * and the key, throws `chart.unsigned` where it is not so. What was found good is kept, so that the check holds offline too.
 * Transparency logs and certificates say nothing here: the key alone counts.
 */
import { HelmGitopsError } from '../../foundation/base/errors.ts';
import type { ContentStore } from '../../foundation/content-store/content-store.ts';
import { chartError } from './chart-error.ts';
import type { DownloadParts } from './download-parts.ts';
import {
  type CosignSignature,
  type FoundSignature,
  findSignatures,
  type SignedManifest,
  signaturePlaces,
} from './find-signatures.ts';
import { type CosignKey, readCosignKey } from './read-cosign-key.ts';

export interface SignedChart extends Omit<SignedManifest, 'signal'> {
  /** For messages. */
  readonly from: string;
  /** A path. */
  readonly cosignKey: string;
}

type Parts = Pick<DownloadParts, 'registry' | 'store' | 'signal'>;

/** Why a signature does not count. */
type Flaw = 'by another key' | 'of something else' | 'unreadable' | 'in the form of a bundle';

export async function verifySignature(parts: Parts, chart: SignedChart): Promise<void> {
  try {
    await verify(parts, chart);
  } catch (error) {
    // The chart is there, so that its host's failure alone would be a riddle.
    if (!(error instanceof HelmGitopsError) || /^chart\./.test(error.code)) throw error;
    const { code, fault, message, place, hint } = error;
    const told = `the signature of ${chart.from} cannot be looked for: ${message}`;
    throw new HelmGitopsError(code, fault, told, { place, hint, cause: error });
  }
}

async function verify({ registry, store, signal }: Parts, chart: SignedChart): Promise<void> {
  const key = await readCosignKey(chart.cosignKey);
  if (await isKept(store, chart.digest, key)) return;
  const flaws: Flaw[] = [];
  for await (const found of findSignatures(registry, { ...chart, signal })) {
    const flaw = flawOf(found, key, chart.digest);
    if (flaw === undefined) return await keep(store, { digest: chart.digest, key, good: found as CosignSignature });
    flaws.push(flaw);
  }
  throw unsigned(chart, key, flaws);
}

/** By what was kept alone, without asking anybody. */
export async function hasKeptSignature(store: ContentStore, digest: string, cosignKey: string): Promise<boolean> {
  return await isKept(store, digest, await readCosignKey(cosignKey));
}

function flawOf(found: FoundSignature, key: CosignKey, digest: string): Flaw | undefined {
  if (found === 'unreadable') return 'unreadable';
  if (found === 'bundle') return 'in the form of a bundle';
  if (!key.hasSigned(found.payload, found.signature)) return 'by another key';
  return names(found.payload, digest) ? undefined : 'of something else';
}

/** Red Hat's simple signing, as cosign writes it. Which registry it names is not looked at: a copy is as good. */
function names(payload: Uint8Array, digest: string): boolean {
  try {
    const { critical } = JSON.parse(new TextDecoder().decode(payload)) as {
      critical?: { type?: unknown; image?: Record<string, unknown> };
    };
    return (
      critical?.type === 'cosign container image signature' && critical.image?.['docker-manifest-digest'] === digest
    );
  } catch {
    return false;
  }
}

const noteName = (digest: string, { fingerprint }: CosignKey): string => `cosign ${digest} ${fingerprint}`;

async function isKept(store: ContentStore, digest: string, key: CosignKey): Promise<boolean> {
  const note = (await store.readNote(noteName(digest, key))) as Partial<Record<string, unknown>> | null | undefined;
  const { payload, signature } = note ?? {};
  if (typeof payload !== 'string' || typeof signature !== 'string') return false;
  const kept = { payload: Buffer.from(payload, 'base64'), signature: Buffer.from(signature, 'base64') };
  return flawOf(kept, key, digest) === undefined;
}

interface Good {
  readonly digest: string;
  readonly key: CosignKey;
  readonly good: CosignSignature;
}

async function keep(store: ContentStore, { digest, key, good }: Good): Promise<void> {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  await store.writeNote(noteName(digest, key), { payload: text(good.payload), signature: text(good.signature) });
}

function unsigned(chart: SignedChart, { name }: CosignKey, flaws: readonly Flaw[]): Error {
  const counted = Map.groupBy(flaws, (flaw) => flaw);
  const found = [...counted].map(([flaw, { length }]) => `${length} ${flaw}`).join(', ') || 'none at all';
  const places = signaturePlaces({ ...chart, signal: undefined });
  return chartError(
    'chart.unsigned',
    `${chart.from} is not signed by the key ${name}: of signatures there is ${found} (looked for at ${places})`,
    {
      hint: counted.has('in the form of a bundle')
        ? 'bundles are not read: give cosign 3 --new-bundle-format=false --use-signing-config=false'
        : 'sign its digest with cosign sign --key …; or leave "cosignKey" out',
    },
  );
}
