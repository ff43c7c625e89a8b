/**
 * All functions of Helm's templates by name: Sprig 3.3's without env and expandenv, and Helm's own. `include`, `tpl` and
 * `lookup` need the running render, so the chart renderer adds those three. Never touches the outside but by `sources`.
 */
import type { GoFunction } from '../../../foundation/template/value.ts';
import type { RenderSources } from '../sources.ts';
import { certificateFunctions } from './certificates.ts';
import { cryptoFunctions } from './crypto.ts';
import { dateFunctions } from './dates.ts';
import { dictFunctions } from './dicts.ts';
import { digestFunctions } from './digests.ts';
import { encodingFunctions } from './encoding.ts';
import { flowFunctions } from './flow.ts';
import { listFunctions } from './lists.ts';
import { numberFunctions } from './numbers.ts';
import { pathFunctions } from './paths.ts';
import { randomFunctions } from './random.ts';
import { reflectionFunctions } from './reflection.ts';
import { regexFunctions } from './regex.ts';
import { semverFunctions } from './semver.ts';
import { helm3Serializers, helm4Serializers, serializerFunctions } from './serializers.ts';
import { stringFunctions } from './strings.ts';
import { urlFunctions } from './urls.ts';
import { wordFunctions } from './words.ts';

export interface FunctionTableOptions {
  readonly compat: 'helm3' | 'helm4';
  readonly sources: RenderSources;
}

/** They ask for nothing but their arguments. */
export const pureFunctions: readonly GoFunction[] = [
  ...dictFunctions,
  ...digestFunctions,
  ...encodingFunctions,
  ...listFunctions,
  ...numberFunctions,
  ...pathFunctions,
  ...reflectionFunctions,
  ...regexFunctions,
  ...semverFunctions,
  ...serializerFunctions,
  ...stringFunctions,
  ...urlFunctions,
  ...wordFunctions,
];

export function helmFunctions({ compat, sources }: FunctionTableOptions): Map<string, GoFunction> {
  const all = [
    ...pureFunctions,
    ...(compat === 'helm4' ? helm4Serializers : helm3Serializers),
    ...flowFunctions(sources),
    ...dateFunctions(sources),
    ...randomFunctions(sources),
    ...cryptoFunctions(sources),
    ...certificateFunctions(sources),
  ];
  return new Map(all.map((each) => [each.name, each]));
}
