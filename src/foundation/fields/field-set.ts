/**
 * A set of field paths as a tree. A node says whether its own path is a member and holds what lies below. Sets are
 * values: every operation returns a new one, only `insertPath` builds up the one it is given.
 */
import { compareElements, fieldName, type PathElement } from './path-element.ts';
import { fieldShape, isNamedField, itemShape, type Shape } from './shape.ts';

export interface FieldSet {
  member: boolean;
  readonly children: Map<PathElement, FieldSet>;
}

export type FieldPath = readonly PathElement[];

export function emptySet(): FieldSet {
  return { member: false, children: new Map() };
}

export function setOf(paths: Iterable<FieldPath>): FieldSet {
  const set = emptySet();
  for (const path of paths) insertPath(set, path);
  return set;
}

export function insertPath(set: FieldSet, path: FieldPath): void {
  let node = set;
  for (const element of path) {
    let next = node.children.get(element);
    if (next === undefined) {
      next = emptySet();
      node.children.set(element, next);
    }
    node = next;
  }
  node.member = true;
}

export function isEmptySet(set: FieldSet): boolean {
  if (set.member) return false;
  for (const child of set.children.values()) if (!isEmptySet(child)) return false;
  return true;
}

export function hasPath(set: FieldSet, path: FieldPath): boolean {
  return subset(set, path)?.member ?? false;
}

/** What lies at and below a path. */
export function subset(set: FieldSet, path: FieldPath): FieldSet | undefined {
  let node: FieldSet | undefined = set;
  for (const element of path) node = node?.children.get(element);
  return node;
}

export function union(left: FieldSet, right: FieldSet): FieldSet {
  const children = new Map(left.children);
  for (const [element, child] of right.children) {
    const other = children.get(element);
    children.set(element, other === undefined ? child : union(other, child));
  }
  return { member: left.member || right.member, children };
}

export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of left.children) {
    const other = right.children.get(element);
    if (other !== undefined) keep(children, element, intersection(child, other));
  }
  return { member: left.member && right.member, children };
}

/** The members of `left` that are not members of `right`. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of left.children) {
    const other = right.children.get(element);
    keep(children, element, other === undefined ? child : difference(child, other));
  }
  return { member: left.member && !right.member, children };
}

/** As `difference`, but a member of `right` takes everything below it along. */
export function differenceBelow(left: FieldSet, right: FieldSet): FieldSet {
  if (right.member) return emptySet();
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of left.children) {
    const other = right.children.get(element);
    keep(children, element, other === undefined ? child : differenceBelow(child, other));
  }
  return { member: left.member, children };
}

function keep(children: Map<PathElement, FieldSet>, element: PathElement, set: FieldSet): void {
  if (!isEmptySet(set)) children.set(element, set);
}

export function equalSets(left: FieldSet, right: FieldSet): boolean {
  return isEmptySet(difference(left, right)) && isEmptySet(difference(right, left));
}

/** A field of the schema that has something below it becomes a member too. */
export function withNamedFields(set: FieldSet, shape: Shape): FieldSet {
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of set.children) {
    const name = fieldName(element);
    const below = withNamedFields(child, name === undefined ? itemShape(shape) : fieldShape(shape, name));
    const named = name !== undefined && isNamedField(shape, name) && child.children.size > 0;
    children.set(element, { member: below.member || named, children: below.children });
  }
  return { member: set.member, children };
}

/** Every member, those of a level before what lies deeper, as Kubernetes lists conflicts. */
export function* members(set: FieldSet, prefix: FieldPath = []): Generator<FieldPath> {
  const sorted = [...set.children].sort(([left], [right]) => compareElements(left, right));
  for (const [element, child] of sorted) if (child.member) yield [...prefix, element];
  for (const [element, child] of sorted) yield* members(child, [...prefix, element]);
}
