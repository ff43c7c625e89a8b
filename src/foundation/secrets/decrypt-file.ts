/**
 * Decrypts a file of a repository where it is encrypted, by SOPS or as a whole by age. Takes its path and text and the
 * keys at hand, returns what it holds, or undefined where it is not encrypted. It writes nothing anywhere.
 */
import { createHmac } from 'node:crypto';
import { fromBytes, toBytes } from '../base/byte-string.ts';
import { collectScalars } from './collect-scalars.ts';
import { decryptSopsDocuments, readSopsDocuments, type SopsDocuments } from './decrypt-sops-document.ts';
import { decryptSopsDotenv, readDotenvMetadata } from './decrypt-sops-dotenv.ts';
import type { Decrypted } from './decrypted.ts';
import { findDataKey } from './find-data-key.ts';
import { isAge, openAge, recipientKinds } from './open-age.ts';
import type { Keyring } from './open-keyring.ts';
import { inFile, secretError } from './secret-error.ts';

export interface EncryptedFile {
  readonly path: string;
  /** As read by byte-string.ts: of any bytes. */
  readonly text: string;
}

export async function decryptFile(file: EncryptedFile, keyring: Keyring): Promise<Decrypted | undefined> {
  try {
    return isAge(file.text) ? await decryptAge(file, keyring) : await decryptSops(file, keyring);
  } catch (error) {
    throw inFile(error, file.path);
  }
}

/** A look that costs next to nothing: false for what is surely in the clear. */
export function mayBeEncrypted({ text }: EncryptedFile): boolean {
  return isAge(text) || text.includes('ENC[AES256_GCM,') || (text.includes('sops') && text.includes('lastmodified'));
}

async function decryptAge({ path, text }: EncryptedFile, keyring: Keyring): Promise<Decrypted> {
  const bytes = toBytes(text);
  const identities = await keyring.age();
  const opened = await openAge(bytes, identities);
  if (opened === undefined) {
    const held = identities.map(({ recipient }) => recipient);
    const kinds = recipientKinds(bytes).filter((kind) => kind !== 'X25519' && kind !== 'mlkem768x25519');
    const isOther =
      kinds.length > 0 ? `; it has recipients of the kind ${kinds.join(', ')}, which is not supported` : '';
    const heldText = held.length === 0 ? 'there is no key for decryption' : `the keys at hand are ${held.join(', ')}`;
    throw secretError('secret.no-key', `no key opens it: ${heldText}${isOther}`, {
      hint: 'an age file does not tell its recipients: encrypt it again for one of the keys at hand, or configure the key (decryption.age)',
    });
  }
  const plain = fromBytes(opened.plain);
  return { plain, shown: undefined, secrets: wholeSecrets(path, plain), key: digestKey(opened.fileKey) };
}

/** A key of a file is used for nothing but the file. */
const digestKey = (key: Uint8Array): string => createHmac('sha256', key).update('helm-gitops digest').digest('hex');

/** Of a values file each value; of any other the text itself. */
function wholeSecrets(path: string, plain: string): string[] {
  return /\.(ya?ml|json)(\.age|\.enc)?$/.test(path) ? [plain, ...collectScalars(plain)] : [plain];
}

async function decryptSops({ path, text }: EncryptedFile, keyring: Keyring): Promise<Decrypted | undefined> {
  if (/\.env$/.test(path)) {
    const metadata = readDotenvMetadata(text);
    if (metadata) {
      const key = await findDataKey(metadata, keyring);
      return { ...decryptSopsDotenv(text, metadata, key), key: digestKey(key) };
    }
  } else if (/\.ini$/.test(path) && /^\[sops\]\s*$/m.test(text)) {
    throw secretError('secret.unsupported', 'SOPS files in INI format are not supported', {
      hint: 'encrypt it as a binary file: sops encrypt --input-type binary FILE',
    });
  } else {
    const isJson = /^\s*\{/.test(text) && !/\.ya?ml$/.test(path);
    const documents = readSopsDocuments(text, isJson ? 'json' : 'yaml');
    if (documents) {
      const key = await findDataKey(documents.metadata, keyring);
      return { ...binaryOrDocument(path, documents, key), key: digestKey(key) };
    }
  }
  if (/^[^#\n]*ENC\[AES256_GCM,data:[A-Za-z0-9+/=]+,iv:/m.test(text)) {
    throw secretError(
      'secret.invalid',
      'it holds values encrypted by SOPS, but no SOPS metadata that could open them',
      {
        hint: 'the file was cut off or merged by hand: take it from git again, or encrypt it anew with sops',
      },
    );
  }
  return undefined;
}

/** A binary file is JSON with one key, `data`, whatever its name. */
function binaryOrDocument(path: string, documents: SopsDocuments, key: Uint8Array): Omit<Decrypted, 'key'> {
  const decrypted = decryptSopsDocuments(documents, key);
  if (documents.language !== 'json' || /\.json$/.test(path)) return decrypted;
  const tree: unknown = JSON.parse(decrypted.plain);
  const data = typeof tree === 'object' && tree !== null && 'data' in tree ? tree.data : undefined;
  if (typeof data !== 'string') return decrypted;
  return { plain: data, shown: undefined, secrets: [...wholeSecrets(path, data)] };
}
