/**
 * `.Capabilities`: versions of Kubernetes, of its APIs and of Helm. Notes what a render asked, since a change of those
 * answers asks for a new render.
 */

import { digestApiVersions } from '../../foundation/cluster/digest-api-versions.ts';
import {
  type GoFunction,
  GoObject,
  type GoSlice,
  type GoValue,
  type NamedType,
} from '../../foundation/template/value.ts';
import type { Compat } from '../../foundation/values/read-values.ts';
import { helmVersions } from './helm-version.table.ts';
import { parseKubeVersion } from './kube-version.ts';
import type { Capabilities, EnvironmentAnswers } from './rendered-release.ts';

/** What was asked so far. */
export interface Questions {
  kubeVersion: boolean;
  /** The whole list of API versions was looked at. */
  apiVersionList: boolean;
  readonly apiVersions: Map<string, boolean>;
}

export function answersOf(questions: Questions, capabilities: Capabilities): EnvironmentAnswers {
  const apiVersions: Record<string, boolean> = Object.create(null);
  for (const name of [...questions.apiVersions.keys()].sort())
    apiVersions[name] = questions.apiVersions.get(name) ?? false;
  return {
    kubeVersion: questions.kubeVersion ? capabilities.kubeVersion : undefined,
    apiVersions,
    ...(questions.apiVersionList ? { apiVersionList: digestApiVersions(capabilities.apiVersions) } : {}),
  };
}

export function capabilitiesObject(capabilities: Capabilities, compat: Compat, questions: Questions): GoObject {
  const pack = compat === 'helm4' ? 'common' : 'chartutil';
  const fields = new Map<string, GoValue>([
    ['KubeVersion', kubeVersionObject(capabilities, pack)],
    ['APIVersions', apiVersionsObject(capabilities, pack, questions)],
    ['HelmVersion', helmVersionObject(compat)],
  ]);
  const type: NamedType = {
    name: `*${pack}.Capabilities`,
    kind: 'ptr',
    methods: new Map(),
    copied: (value) => {
      const version = value.fields.get('KubeVersion') as GoObject;
      return new GoObject(type, new Map([...value.fields, ['KubeVersion', version.type.copied?.(version) ?? version]]));
    },
  };
  return new GoObject(type, watched(fields, questions));
}

/** Any look at the Kubernetes version counts as the question. */
function watched(fields: Map<string, GoValue>, questions: Questions): ReadonlyMap<string, GoValue> {
  const get = fields.get.bind(fields);
  fields.get = (name) => {
    if (name === 'KubeVersion') questions.kubeVersion = true;
    return get(name);
  };
  // Who walks over all of them, to print or to write them, sees it too.
  const entries = fields.entries.bind(fields);
  const walk = (): MapIterator<[string, GoValue]> => {
    questions.kubeVersion = true;
    return entries();
  };
  fields.entries = walk;
  fields[Symbol.iterator] = walk;
  return fields;
}

function kubeVersionObject({ kubeVersion, normalizedKubeVersion }: Capabilities, pack: string): GoObject {
  const parsed = parseKubeVersion(kubeVersion);
  const string = normalizedKubeVersion ?? kubeVersion;
  const methods = new Map<string, GoFunction>([
    ['String', { name: 'String', signature: '() string', call: () => string }],
    ['GitVersion', { name: 'GitVersion', signature: '() string', call: () => kubeVersion }],
  ]);
  const fields = new Map<string, GoValue>([
    ['Version', kubeVersion],
    ['Major', parsed?.major ?? ''],
    ['Minor', parsed?.minor ?? ''],
  ]);
  const [version, ...rest] = fields;
  // Helm 3's struct has no such field.
  const all = pack === 'common' ? new Map([version!, ['normalizedVersion', string], ...rest]) : fields;
  const type: NamedType = {
    name: `${pack}.KubeVersion`,
    kind: 'struct',
    methods,
    asValue: () => valueOnly,
    printed: () => all,
    copied: (value) => {
      const copy = kubeVersionObject({ kubeVersion, normalizedKubeVersion: '', apiVersions: [] }, pack);
      return copy.type.asValue?.(copy) ?? value;
    },
  };
  const { printed, copied } = type;
  const valueOnly = new GoObject({ name: type.name, kind: 'struct', methods: new Map(), printed, copied }, fields);
  return new GoObject(type, fields, undefined, () => string);
}

/** What finding the method Has looks at; anything else looks at the list. */
const OF_THE_TYPE: ReadonlySet<string | symbol> = new Set(['namedType', 'elementType', 'isNil']);

function apiVersionsObject({ apiVersions }: Capabilities, pack: string, questions: Questions): GoSlice {
  const known = new Set(apiVersions);
  const has: GoFunction = {
    name: 'Has',
    signature: '(string) bool',
    call: (_versions, name) => {
      const answer = known.has(name as string);
      questions.apiVersions.set(name as string, answer);
      return answer;
    },
  };
  const slice: GoSlice = [...apiVersions];
  slice.elementType = 'string';
  const named: NamedType = { name: `${pack}.VersionSet`, kind: 'slice', methods: new Map([['Has', has]]) };
  slice.namedType = named;
  return new Proxy(slice, {
    get: (list, property, receiver) => {
      if (!OF_THE_TYPE.has(property)) questions.apiVersionList = true;
      return Reflect.get(list, property, receiver) as unknown;
    },
  });
}

function helmVersionObject(compat: Compat): GoObject {
  const fields = new Map<string, GoValue>(Object.entries(helmVersions[compat]));
  const tags = ['version', 'git_commit', 'git_tree_state', 'go_version', 'kube_client_version'];
  const json = new Map<string, GoValue>([...fields.values()].map((value, index) => [tags[index] ?? '', value]));
  const type: NamedType = { name: 'version.BuildInfo', kind: 'struct', methods: new Map() };
  return new GoObject(type, fields, { marshalJson: () => new GoObject(type, json) });
}
