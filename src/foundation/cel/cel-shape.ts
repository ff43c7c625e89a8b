/** What is known of a value before there is one: its kind, and how much of it there can be at most. */
import { capped, unknownSize } from './call-costs.ts';

export interface CelShape {
  /** `opaque`: made by a function of Kubernetes, and compared at a fixed cost. */
  readonly kind: 'dyn' | 'scalar' | 'text' | 'bytes' | 'list' | 'map' | 'object' | 'opaque';
  /** Characters, elements or entries; 0 where that means nothing. */
  readonly most: number;
  readonly elem?: CelShape | undefined;
  readonly keys?: CelShape | undefined;
  readonly fields?: Readonly<Record<string, CelShape>>;
}

export const dynShape: CelShape = { kind: 'dyn', most: 0 };
export const scalarShape: CelShape = { kind: 'scalar', most: 0 };
export const textShape: CelShape = { kind: 'text', most: 0 };
const opaqueShape: CelShape = { kind: 'opaque', most: 0 };
const textsShape: CelShape = { kind: 'list', most: 0, elem: textShape };

interface Result {
  readonly shape: CelShape;
  readonly size?: number;
}

const opaque = new Set(['ip', 'cidr', 'quantity', 'url', 'masked', 'add', 'sub']);
const values = new Set(['value', 'orValue', 'optMap', 'bind', 'dyn', 'min', 'max', 'type', 'optional.of']);

/** What a function gives; `sizes` as for its cost. */
export function callResult(name: string, sizes: readonly number[]): Result {
  const [first = unknownSize] = sizes;
  switch (name) {
    case 'lowerAscii':
    case 'upperAscii':
    case 'substring':
    case 'trim':
    case 'find':
      return { shape: textShape, size: first };
    case 'split':
    case 'findAll':
      return { shape: textsShape, size: first };
    case 'string':
    case 'format':
    case 'charAt':
      return { shape: textShape };
    case 'bytes':
      return { shape: { kind: 'bytes', most: 0 }, size: capped(first * 4) };
    default:
      if (opaque.has(name)) return { shape: opaqueShape };
      return { shape: values.has(name) ? dynShape : scalarShape };
  }
}
