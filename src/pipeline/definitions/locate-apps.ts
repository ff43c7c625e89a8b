/** Takes an Application's document, returns where it says that more definitions are read, or what is wrong with that. */

import type { Place } from '../../foundation/base/errors.ts';
import type { Problem } from '../../foundation/base/problem.ts';
import type { ReadDocument } from '../../foundation/document/read-documents.ts';
import { holdsPassword } from '../../foundation/git/git-url.ts';

export interface LocatedApps {
  /** Relative to the root of that repository. */
  readonly path: string;
  /** Another repository; undefined: the one that holds the definition. */
  readonly git?: string;
  readonly revision?: string;
  readonly place: Place;
}

interface Apps {
  readonly path?: string | undefined;
  readonly git?: string | undefined;
  readonly revision?: string | undefined;
}

const code = 'definition.invalid';

export function locateApps({ path, git, revision }: Apps, document: ReadDocument): LocatedApps {
  const at = ['spec', 'apps'];
  if (git === undefined) return { path: path ?? '', place: document.place([...at, 'path']) };
  const place = document.place([...at, 'git']);
  return { path: path ?? '', git, ...(revision === undefined ? {} : { revision }), place };
}

/** An application of applications has no release of its own that settings could be for. */
export function besideApps(document: ReadDocument): Problem | undefined {
  const { spec } = document.data as { spec: { apps: Apps } };
  const { apps } = spec;
  if (apps.git === undefined && apps.path === undefined)
    return { code, message: 'spec.apps: "path" is missing', place: document.place(['spec', 'apps']) };
  if (apps.git === undefined && apps.revision !== undefined) {
    const place = document.place(['spec', 'apps', 'revision'], 'key');
    const hint = "definitions of this repository are read from the configuration's revision";
    return { code, message: 'spec.apps.revision goes with spec.apps.git', place, hint };
  }
  if (apps.git !== undefined && holdsPassword(apps.git)) {
    const hint = 'give them in the configuration, under credentials';
    const place = document.place(['spec', 'apps', 'git']);
    return { code, message: 'a URL in git holds no name and password', place, hint };
  }
  const other = Object.keys(spec).find((field) => field !== 'apps' && field !== 'project');
  if (other === undefined) return undefined;
  const hint = 'settings for all applications of a folder go into a Defaults document there';
  return {
    code,
    message: `spec.${other} does not go with spec.apps`,
    place: document.place(['spec', other], 'key'),
    hint,
  };
}
