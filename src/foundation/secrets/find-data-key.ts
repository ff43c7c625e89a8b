/**
 * Opens the data key of a SOPS file with the keys at hand, age before PGP; of several key groups as many as are needed.
 * What cannot be opened is told with the recipients of the file and the public keys at hand.
 */

import { combineShares } from './combine-shares.ts';
import { openAge } from './open-age.ts';
import type { Keyring } from './open-keyring.ts';
import { secretError } from './secret-error.ts';
import type { KeyGroup, SopsMetadata, WrappedKey } from './sops-metadata.ts';

export async function findDataKey(metadata: SopsMetadata, keyring: Keyring): Promise<Uint8Array> {
  const { groups, threshold } = metadata;
  const opened = (await Promise.all(groups.map((group) => openGroup(group, keyring)))).filter(
    (part) => part !== undefined,
  );
  const needed = groups.length > 1 ? threshold : 1;
  if (opened.length < needed) throw await noKey(metadata, keyring, opened.length);
  const key = groups.length > 1 ? combineShares(opened) : opened[0];
  if (key?.length !== 32) throw secretError('secret.invalid', 'the data key of the SOPS file has a wrong length');
  return key;
}

async function openGroup({ age, pgp }: KeyGroup, keyring: Keyring): Promise<Uint8Array | undefined> {
  if (age.length > 0) {
    const identities = await keyring.age();
    const byRecipient = new Set(identities.map(({ recipient }) => recipient));
    // The one that is named first: the others cost a key agreement each.
    const ordered = [...age].sort(
      (a, b) => Number(byRecipient.has(b.recipient)) - Number(byRecipient.has(a.recipient)),
    );
    for (const { text } of identities.length > 0 ? ordered : []) {
      const opened = await openAge(Buffer.from(text), identities);
      if (opened !== undefined) return opened.plain;
    }
  }
  const keys = pgp.length > 0 ? await keyring.pgp() : [];
  for (const wrapped of keys.length > 0 ? pgp : []) {
    const key = await openPgp(wrapped, keys);
    if (key !== undefined) return key;
  }
  return undefined;
}

async function openPgp(
  { text }: WrappedKey,
  decryptionKeys: Awaited<ReturnType<Keyring['pgp']>>,
): Promise<Uint8Array | undefined> {
  const { readMessage, decrypt } = await import('openpgp');
  try {
    const message = await readMessage({ armoredMessage: text });
    const { data } = await decrypt({ message, decryptionKeys: [...decryptionKeys], format: 'binary' });
    return data as Uint8Array;
  } catch {
    return undefined;
  }
}

async function noKey({ groups, threshold }: SopsMetadata, keyring: Keyring, opened: number) {
  const all = (pick: (group: KeyGroup) => readonly string[]) => [...new Set(groups.flatMap(pick))];
  const recipients = [
    ...all(({ age }) => age.map(({ recipient }) => recipient)),
    ...all(({ pgp }) => pgp.map(({ recipient }) => `PGP ${recipient}`)),
  ];
  const services = all((group) => group.services);
  if (recipients.length === 0) {
    return secretError(
      'secret.unsupported',
      `the file is encrypted for ${services.join(' and ')} only, which is not supported`,
      {
        hint: 'add an age recipient: sops rotate -i --add-age age1… FILE',
      },
    );
  }
  const held = [
    ...(await keyring.age()).map(({ recipient }) => recipient),
    ...(await keyring.pgp()).map((key) => `PGP ${key.getFingerprint().toUpperCase()}`),
  ];
  const groupText = groups.length > 1 ? ` (${opened} of ${threshold} key groups needed were opened)` : '';
  const unsupported = services.length > 0 ? `, and for ${services.join(' and ')}, which is not supported` : '';
  const heldText = held.length === 0 ? 'there is no key for decryption' : `the keys at hand are ${held.join(', ')}`;
  return secretError(
    'secret.no-key',
    `no key opens it${groupText}: it is encrypted for ${recipients.join(', ')}${unsupported}; ${heldText}`,
    {
      hint:
        held.length === 0
          ? 'name a key in the configuration: decryption: {age: {keyFile: …}}, or set SOPS_AGE_KEY_FILE'
          : 'give the daemon one of those keys, or run: sops rotate -i --add-age PUBLIC-KEY FILE',
    },
  );
}
