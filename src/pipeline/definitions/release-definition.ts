/** One application in one environment, every setting resolved: what `readDefinitions` returns for each release. */
import type { Place } from '../../foundation/base/errors.ts';
import type { Problem } from '../../foundation/base/problem.ts';
import type { JsonObject } from '../../foundation/manifest/object.ts';
import type { ForeignObject } from './foreign-object.ts';
import type { PromotionSettings } from './promotion-schema.ts';
import type { RollbackSettings } from './rollback-settings.ts';

export interface ReleaseDefinition {
  readonly app: string;
  /** Names that the application had. */
  readonly formerly?: readonly string[];
  readonly environment: string;
  readonly cluster: string;
  readonly namespace: string;
  /** Where Helm's records lie, if not there. */
  readonly storageNamespace?: string;
  readonly releaseName: string;
  readonly origin: DefinitionOrigin;
  readonly chart: ChartReference;
  /** A commit of the same repository: its path chart and shared value files are of that one. */
  readonly pin?: { readonly revision: string; readonly place: Place };
  readonly promote?: PromotionPath;
  /** Lowest first: the environment's, then the application's, then the application's for this environment. */
  readonly values: readonly ValueSource[];
  /** For `{{name}}` in value files marked as templates: app, environment, cluster, namespace, project and the environment's. */
  readonly variables: Readonly<Record<string, string>>;
  readonly createNamespace: false | Readonly<Record<'labels' | 'annotations', Record<string, string>>>;
  readonly settings: ReleaseSettings;
  /** Undefined while the fleet has no Project. */
  readonly project?: ProjectLimits;
  /** The object of another tool that it was read from. */
  readonly foreign?: ForeignObject;
  /** `NAMESPACE/NAME`: on whose behalf the cluster is asked, where no project says so. */
  readonly serviceAccount?: string;
  readonly overrides?: DefinitionOverrides;
}

/** Files in the chart's folder by which another tool's definition goes on: in this order, those that are there. */
export interface DefinitionOverrides {
  readonly names: readonly string[];
  /** Throws a user's error. */
  readonly apply: (texts: readonly { readonly file: string; readonly text: string }[]) => OverriddenDefinition;
}

type OverriddenDefinition = { readonly definition: ReleaseDefinition; readonly notices: readonly Problem[] };

/** Where a release gets its version from. */
export interface PromotionPath {
  /** Environments; all have to agree. */
  readonly from: readonly string[];
  readonly as: 'commit' | 'pullRequest';
  /** Of a pull request: by the daemon, when every gate is open. */
  readonly merge: boolean;
  readonly place: Place;
  /** Said of an environment as a whole: an application that does not run in `from` has none. */
  readonly general: boolean;
}

/** A field that is undefined sets no limit. Patterns are globs. */
export interface ProjectLimits {
  readonly name: string;
  readonly place: Place;
  /** URLs, and `.` for the definition's own repository. */
  readonly repositories: readonly string[] | undefined;
  readonly destinations: readonly { readonly cluster: string; readonly namespace: string }[] | undefined;
  /** `KIND` or `GROUP/KIND`; what is denied is denied. */
  readonly kinds: {
    readonly allow: readonly string[] | undefined;
    readonly deny: readonly string[];
    /** Of objects that lie in no namespace, instead of `allow`. */
    readonly clusterAllow?: readonly string[];
  };
  /** Of another tool's project, whose patterns are read by that tool's rules. */
  readonly tool?: string;
  /** `NAME` in the release's namespace, or `NAMESPACE/NAME`: on whose behalf the cluster is asked. */
  readonly serviceAccount: string | undefined;
}

/** A definition that led to another, by its name, and the file that holds it. */
export interface Leading {
  readonly file: string;
  readonly name: string;
}

/** Who may remove the release later: only the same repository and path. */
export interface DefinitionOrigin {
  readonly repository: string;
  /** Where it lies: a repository of that name elsewhere is another one. */
  readonly url?: string;
  /** The repository's configured `path`. */
  readonly path: string;
  /** Applications whose `spec.apps` led here, outermost first. */
  readonly parents: readonly string[];
  /** What it would be gone without, outermost first: there is more than its own file that may be emptied. */
  readonly through?: readonly Leading[];
  /** The other repository that holds it: its paths are within that one. */
  readonly elsewhere?: string;
  readonly place: Place;
  /** By which a definition that says nearly the same is known: outline.ts. */
  readonly outline?: string;
}

export type ChartReference =
  /** Of the same repository and commit, relative to its root. */
  | ({ readonly type: 'path'; readonly path: string } & ReferenceSettings)
  | (RemoteChart & {
      /** A file of OpenPGP keys, relative to the repository's root. */
      readonly keyring: string | undefined;
    } & ReferenceSettings);

interface ReferenceSettings {
  readonly place: Place;
  /** What becomes of a Chart.lock that is older than Chart.yaml. */
  readonly lock: 'strict' | 'update';
  /** A folder without a Chart.yaml is one of plain manifests. */
  readonly plain?: PlainManifests | undefined;
}

/** Which files of a folder are manifests, as they are. */
export interface PlainManifests {
  /** Also where there is a Chart.yaml. */
  readonly explicit: boolean;
  /** Folders below count too. */
  readonly recurse: boolean;
  /** Globs of paths within the folder; what is excluded is excluded. */
  readonly include: string | undefined;
  readonly exclude: string | undefined;
}

/** A chart that lies elsewhere. A version is a version or a range of them, `''` the newest. */
export type RemoteChart =
  | { readonly type: 'repository'; readonly repository: string; readonly name: string; readonly version: string }
  /** `oci://HOST/PATH/NAME`, with `:TAG` or `@sha256:…` where it is pinned. */
  | {
      readonly type: 'oci';
      readonly reference: string;
      readonly version: string;
      /** A public key of cosign's, relative to the repository's root. */
      readonly cosignKey?: string | undefined;
    }
  /** Branch, tag, commit or a range of tags; undefined: what the remote's HEAD names. */
  | { readonly type: 'git'; readonly url: string; readonly revision: string | undefined; readonly path: string };

export type ValueSource =
  | {
      readonly type: 'file';
      readonly path: string;
      readonly optional: boolean;
      readonly template: boolean;
      readonly place: Place;
    }
  | { readonly type: 'inline'; readonly values: JsonObject; readonly place: Place }
  | {
      readonly type: 'set' | 'setString' | 'setJson' | 'setFile';
      readonly expression: string;
      readonly place: Place;
      /** Nothing of it is ever shown. */
      readonly secret?: true;
    }
  | TextSource
  | FilesSource
  | ObjectSource;

/** A values file whose text stands in a definition. */
export interface TextSource {
  readonly type: 'text';
  readonly text: string;
  /** The line of the definition's file that holds the text's first. */
  readonly line: number;
  readonly place: Place;
  /** Nothing of it is ever shown. */
  readonly secret?: true;
}

/** Files by another tool's rules: beside a chart that lies elsewhere, or all that a glob names, in the order of their names. */
export interface FilesSource {
  readonly type: 'files';
  readonly root: FilesRoot;
  /** Relative to the root. */
  readonly path: string;
  readonly glob: boolean;
  /** No error where nothing is found. */
  readonly optional: boolean;
  /** Undefined: a values file. Else what `--set-file` sets to its contents. */
  readonly sets?: string | undefined;
  readonly place: Place;
}

export type FilesRoot =
  /** The repository that holds the definition. */
  | { readonly type: 'own' }
  /** What the chart itself consists of. */
  | { readonly type: 'chart' }
  | { readonly type: 'git'; readonly url: string; readonly revision: string | undefined };

/** A key of a Secret or a ConfigMap; its text is a values file. */
export type ObjectSource = ({ readonly type: 'secret' } | { readonly type: 'configMap' }) & {
  readonly name: string;
  readonly key: string;
  readonly optional: boolean;
  readonly place: Place;
  /** Undefined: the release's. */
  readonly namespace?: string;
  /** Its text is one value, set at a path as Flux does. */
  readonly sets?: { readonly path: string; readonly literal: boolean };
};

/** Applied to what the chart renders: strategic merge (a map) or JSON 6902 (a list), or the YAML text of either. */
export interface ObjectPatch {
  /** What it applies to; a field left out fits all. `name` may hold `*`, `labels` is `a=b,c!=d`. */
  readonly target: {
    readonly group?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly labels?: string;
  };
  readonly patch: string | Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[];
  readonly place: Place;
  /** No error where it fits nothing. */
  readonly optional?: true;
}

/** Durations in milliseconds. */
export interface ReleaseSettings {
  readonly dependsOn: readonly Dependency[];
  readonly sync: {
    readonly automatic: boolean;
    /** A person approves of the plan before it is carried out. */
    readonly approval?: 'plan';
    readonly prune: boolean | 'all';
    readonly suspend: boolean;
    readonly wave: number;
    readonly interval: number;
    readonly retry: { readonly limit: number; readonly initial: number; readonly max: number };
    readonly windows?: SyncWindows;
  };
  /** Undefined: deploy, unless another tool's object for it lives in the cluster. */
  readonly mode?: 'deploy' | 'observe';
  readonly onRemove: 'uninstall' | 'keep' | 'confirm';
  readonly adopt: 'same' | 'always' | 'never';
  readonly crds: 'skip' | 'create' | 'createReplace';
  readonly timeout: number;
  readonly tests: boolean;
  readonly drift: {
    readonly policy: 'report' | 'correct';
    readonly after: number;
    /** Corrections against one manager before it is only told. */
    readonly limit: number;
    readonly ignore: readonly DriftIgnore[];
  };
  readonly rollback: RollbackSettings;
  readonly patches: readonly ObjectPatch[];
  readonly promotion: PromotionSettings;
}

/** Each level's own; the levels intersect. */
export type SyncWindows = readonly (readonly SyncWindow[])[];

export interface SyncWindow {
  readonly type: 'allow' | 'deny';
  /** When it begins, by the clocks of the zone. */
  readonly cron: string;
  /** How long it lasts, in milliseconds that really pass. */
  readonly for: number;
  readonly timeZone: string;
}

export interface Dependency {
  readonly app: string;
  readonly environment: string;
  readonly optional: boolean;
  /** CEL over `self` and `dep`, of releases of Flux: what makes it ready in place of its health. */
  readonly ready?: string;
}

/** Neither `paths` nor `managers`: the whole object. Paths are JSON pointers, or begin with a dot as jq's do. */
export interface DriftIgnore {
  readonly kind: string | undefined;
  readonly name: string | undefined;
  readonly paths: readonly string[];
  /** Field managers: what they own is theirs. */
  readonly managers?: readonly string[];
}

/** `app/environment`: the identity of a release definition. */
export function definitionId(definition: Pick<ReleaseDefinition, 'app' | 'environment'>): string {
  return `${definition.app}/${definition.environment}`;
}
