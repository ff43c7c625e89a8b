/** `.Capabilities.HelmVersion` of the two Helms that are followed, in the struct's order. */
import type { Compat } from '../../foundation/values/read-values.ts';

export const helmVersions: Readonly<Record<Compat, Readonly<Record<string, string>>>> = {
  helm3: {
    Version: 'v3.21.4',
    GitCommit: '813176c51bb5c181dbbd7901298ddcc104cd3417',
    GitTreeState: 'clean',
    GoVersion: 'go1.26.8',
  },
  helm4: {
    Version: 'v4.2.4',
    GitCommit: '3900f434fd3ef2b84065dc04508df48f288dba00',
    GitTreeState: 'clean',
    GoVersion: 'go1.26.8',
    KubeClientVersion: 'v1.36',
  },
};
