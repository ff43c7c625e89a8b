/**
 * Takes what files beside a chart would change of a source and the definition without them, returns how the definition becomes
 * what they say once they are read. `below`: values that lie under the source's own. Pure.
 */
import type { DefinitionOverrides, ReleaseDefinition, ValueSource } from '../release-definition.ts';
import type { SourceOverrides } from './foreign-application.ts';

export function overridesOf(
  { names, apply }: SourceOverrides,
  definition: ReleaseDefinition,
  below: readonly ValueSource[],
): DefinitionOverrides {
  return {
    names,
    apply: (texts) => {
      const { inputs, skipCrds, notices } = apply(texts);
      const { settings } = definition;
      const crds: ReleaseDefinition['settings']['crds'] = skipCrds
        ? 'skip'
        : settings.crds === 'skip'
          ? 'createReplace'
          : settings.crds;
      const found = { chart: inputs.chart, values: [...below, ...inputs.values], settings: { ...settings, crds } };
      return { definition: { ...definition, ...found }, notices };
    },
  };
}
