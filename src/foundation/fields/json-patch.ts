/**
 * JSON patch (RFC 6902): takes a document and a list of operations, returns the patched document. The first operation
 * that cannot be done fails the whole patch. Never changes its input.
 */
import type { HelmGitopsError } from '../base/errors.ts';
import { fieldsError } from './fields-errors.table.ts';
import { copyJson, equalJson, getOwn, isMap, setOwn } from './json-value.ts';
import { listIndex, pointerSteps } from './pointer.ts';

export interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

export function jsonPatch<T>(document: T, operations: readonly PatchOperation[]): T {
  const root = { document: copyJson(document) as unknown };
  for (const operation of operations) applyOperation(root, operation);
  return root.document as T;
}

interface Root {
  document: unknown;
}

function applyOperation(root: Root, operation: PatchOperation): void {
  const { op, path, value } = operation;
  if (typeof path !== 'string' || (path !== '' && !path.startsWith('/')))
    throw failed(`${op} needs a path that begins with /`);
  if (op === 'add') add(root, path, copyJson(value));
  else if (op === 'remove') remove(root, path);
  else if (op === 'replace') replace(root, path, copyJson(value));
  else if (op === 'copy') add(root, path, copyJson(read(root, source(operation))));
  else if (op === 'move') move(root, path, source(operation));
  else if (op === 'test') test(root, path, value);
  else throw failed(`unexpected kind: ${String(op)}`);
}

function move(root: Root, path: string, from: string): void {
  if (path.startsWith(`${from}/`)) throw failed(`move: ${from} cannot move into itself`);
  const value = read(root, from);
  if (path === from) return;
  remove(root, from);
  add(root, path, value);
}

function test(root: Root, path: string, value: unknown): void {
  if (equalJson(readOrNull(root, path), value ?? null)) return;
  throw fieldsError('fields.patch-test', `testing value ${path} failed: test failed`);
}

function source({ op, from }: PatchOperation): string {
  if (typeof from !== 'string') throw failed(`${op} needs a from`);
  return from;
}

function parentOf(root: Root, path: string): { parent: object; step: string } {
  const steps = pointerSteps(path);
  const step = steps.pop();
  let parent: unknown = root.document;
  for (const part of steps) parent = child(parent, part);
  if (step === undefined || typeof parent !== 'object' || parent === null) throw missing(path);
  return { parent, step };
}

function child(value: unknown, step: string): unknown {
  if (Array.isArray(value)) {
    const index = listIndex(step);
    return index === undefined ? undefined : value[index];
  }
  return isMap(value) ? getOwn(value, step) : undefined;
}

function add(root: Root, path: string, value: unknown): void {
  if (path === '') {
    root.document = value;
    return;
  }
  const { parent, step } = parentOf(root, path);
  if (!Array.isArray(parent)) {
    setOwn(parent, step, value);
    return;
  }
  const index = step === '-' ? parent.length : listIndex(step);
  if (index === undefined || index > parent.length) throw missing(path);
  parent.splice(index, 0, value);
}

function remove(root: Root, path: string): unknown {
  const value = read(root, path);
  if (path === '') {
    root.document = null;
    return value;
  }
  const { parent, step } = parentOf(root, path);
  if (Array.isArray(parent)) parent.splice(Number(step), 1);
  else delete (parent as Record<string, unknown>)[step];
  return value;
}

function replace(root: Root, path: string, value: unknown): void {
  read(root, path);
  if (path === '') {
    root.document = value;
    return;
  }
  const { parent, step } = parentOf(root, path);
  if (Array.isArray(parent)) parent[Number(step)] = value;
  else setOwn(parent, step, value);
}

function read(root: Root, path: string): unknown {
  if (path === '') return root.document;
  const { parent, step } = parentOf(root, path);
  const value = child(parent, step);
  if (value === undefined) throw missing(path);
  return value;
}

/** A test of what is not there compares with null, as the API server's library does. */
function readOrNull(root: Root, path: string): unknown {
  if (path === '') return root.document;
  const { parent, step } = parentOf(root, path);
  return child(parent, step) ?? null;
}

function missing(path: string): HelmGitopsError {
  return failed(`the path ${path} does not exist`);
}

function failed(message: string): HelmGitopsError {
  return fieldsError('fields.patch', message);
}
