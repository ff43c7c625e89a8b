/** The rendering of a release that is not there, or goes. */
import type { RenderedRelease } from './rendered-release.ts';

export const nothingRendered: RenderedRelease = {
  manifest: '',
  hooks: [],
  notes: '',
  crds: [],
  processed: { values: null, dependencies: undefined },
  answers: { kubeVersion: undefined, apiVersions: {} },
  unstable: false,
};
