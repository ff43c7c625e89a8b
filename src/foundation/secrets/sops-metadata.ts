/**
 * What SOPS writes beside the values: who can open the file, which values are encrypted, and the MAC. Takes it as plain
 * data, every scalar as text; returns it checked, or says what is missing.
 */
import { compileRegexp, RegexpSyntaxError } from '../base/regexp.ts';
import { secretError } from './secret-error.ts';

/** Scalars are their text. */
export type PlainTree = string | null | readonly PlainTree[] | { readonly [key: string]: PlainTree };

export interface SopsMetadata {
  readonly mac: string;
  readonly lastModified: string;
  readonly macOnlyEncrypted: boolean;
  readonly rule: EncryptionRule;
  readonly groups: readonly KeyGroup[];
  /** How many groups are needed. */
  readonly threshold: number;
}

/** `comment`: only the file's comments tell, so that a value's own form decides. */
export type EncryptionRule =
  | { readonly type: 'suffix' | 'regex'; readonly encrypts: boolean; readonly text: string }
  | { readonly type: 'comment' };

export interface KeyGroup {
  readonly age: readonly WrappedKey[];
  readonly pgp: readonly WrappedKey[];
  /** Key services that are not supported, as SOPS names them. */
  readonly services: readonly string[];
}

/** The data key, encrypted for one recipient. */
export interface WrappedKey {
  /** An age public key or a PGP fingerprint. */
  readonly recipient: string;
  readonly text: string;
}

const services: Readonly<Record<string, string>> = {
  kms: 'AWS KMS',
  gcp_kms: 'GCP KMS',
  azure_kv: 'Azure Key Vault',
  hc_vault: 'HashiCorp Vault',
  hckms: 'Huawei Cloud KMS',
};

/** Only the presence of a MAC makes a key named `sops` metadata: a chart may have values of that name. */
export function isSopsMetadata(tree: PlainTree | undefined): tree is { readonly [key: string]: PlainTree } {
  return isMap(tree) && typeof tree['mac'] === 'string' && typeof tree['lastmodified'] === 'string';
}

export function readSopsMetadata(tree: { readonly [key: string]: PlainTree }): SopsMetadata {
  const text = (field: string) => (typeof tree[field] === 'string' ? tree[field] : '');
  const own = readGroup(tree);
  const alone = own.age.length + own.pgp.length + own.services.length > 0;
  const groups = alone ? [own] : list(tree['key_groups']).filter(isMap).map(readGroup);
  if (groups.length === 0) throw secretError('secret.invalid', 'the SOPS metadata names no key');
  const threshold = Number(text('shamir_threshold') || groups.length);
  if (groups.length > 1 && !(Number.isInteger(threshold) && threshold >= 2 && threshold <= groups.length))
    throw secretError('secret.invalid', 'shamir_threshold in the SOPS metadata fits no number of key groups');
  return {
    mac: text('mac'),
    lastModified: text('lastmodified'),
    macOnlyEncrypted: text('mac_only_encrypted') === 'true',
    rule: readRule(text),
    groups,
    threshold,
  };
}

const rules = {
  unencrypted_suffix: { type: 'suffix', encrypts: false },
  encrypted_suffix: { type: 'suffix', encrypts: true },
  unencrypted_regex: { type: 'regex', encrypts: false },
  encrypted_regex: { type: 'regex', encrypts: true },
} as const;

function readRule(text: (field: string) => string): EncryptionRule {
  const named = Object.keys(rules).filter((field) => text(field) !== '') as (keyof typeof rules)[];
  const comments = ['encrypted_comment_regex', 'unencrypted_comment_regex'].filter((field) => text(field) !== '');
  if (named.length + comments.length > 1) {
    throw secretError(
      'secret.invalid',
      `the SOPS metadata has ${[...named, ...comments].join(' and ')}: only one of them may be`,
    );
  }
  const [field] = named;
  if (field === undefined) {
    return comments.length > 0 ? { type: 'comment' } : { ...rules.unencrypted_suffix, text: '_unencrypted' };
  }
  const rule = { ...rules[field], text: text(field) };
  if (rule.type === 'regex') {
    try {
      compileRegexp(rule.text);
    } catch (error) {
      if (!(error instanceof RegexpSyntaxError)) throw error;
      throw secretError('secret.invalid', `${field} in the SOPS metadata: ${error.message}`);
    }
  }
  return rule;
}

function readGroup(tree: { readonly [key: string]: PlainTree }): KeyGroup {
  const wrapped = (field: string, name: string): WrappedKey[] =>
    list(tree[field])
      .filter(isMap)
      .map((entry) => ({ recipient: String(entry[name] ?? ''), text: String(entry['enc'] ?? '') }));
  return {
    age: wrapped('age', 'recipient'),
    pgp: wrapped('pgp', 'fp'),
    services: Object.entries(services).flatMap(([field, name]) => (list(tree[field]).length > 0 ? [name] : [])),
  };
}

function list(tree: PlainTree | undefined): readonly PlainTree[] {
  return Array.isArray(tree) ? tree : [];
}

function isMap(tree: PlainTree | undefined): tree is { readonly [key: string]: PlainTree } {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree);
}
