/**
 * A definition that makes applications of what it finds: the seam between Argo CD's ApplicationSet and our own reading. Parsed
 * once, it is expanded at every look, for what it finds may have changed although its own text has not.
 */
import type { Place } from '../../../foundation/base/errors.ts';
import type { Problem } from '../../../foundation/base/problem.ts';
import type { GoMap } from '../../../foundation/template/value.ts';
import type { ParsedApplication } from '../parse-definitions.ts';
import type { OwnRepository } from './foreign-application.ts';

export interface ParsedSet {
  readonly name: string;
  readonly place: Place;
  /** What is not honoured of it, although it is followed. */
  readonly notices: readonly Problem[];
  /** What it cannot do is among the problems; it throws for bugs alone. */
  readonly expand: (around: SetSurroundings) => Promise<ExpandedSet>;
}

export interface ExpandedSet {
  readonly applications: readonly ParsedApplication[];
  /** Names of applications that it made and that are refused; what runs of them stays. */
  readonly broken: readonly string[];
  readonly problems: readonly Problem[];
}

export interface SetSurroundings {
  readonly own: OwnRepository;
  readonly clusters: readonly ClusterFacts[];
  readonly renderText: RenderText;
  /** Throws where the repository cannot be read and never was. */
  readonly filesOf: (reference: GitReference) => Promise<SetFiles>;
  /** What was made for the same key at the last look, or else is made now. */
  readonly keep: <Made>(key: string, make: () => Made) => Made;
}

export interface GitReference {
  readonly git: string;
  /** Undefined: the remote's HEAD. */
  readonly revision: string | undefined;
}

export interface SetFiles {
  /** For people: where a file of it lies. */
  readonly placeOf: (path: string) => string;
  /** Every file there is, by its path from the root. */
  readonly list: () => Promise<readonly string[]>;
  readonly read: (path: string) => Promise<string>;
}

/** What the configuration says of a cluster. */
export interface ClusterFacts {
  readonly name: string;
  /** Other names, and URLs of its server. */
  readonly aliases: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** A Go template, on its parameters. Throws a user's error without a place; `missingKey` as Go's option of that name. */
export type RenderText = (text: string, parameters: GoMap, missingKey: 'default' | 'zero' | 'error') => string;
