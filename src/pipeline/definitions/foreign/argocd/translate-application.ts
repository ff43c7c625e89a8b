/**
 * Takes an Argo CD Application as a document, returns it as an application of ours, or what is wrong with it. Pure: the same
 * text gives the same result. It knows no cluster, no repository and no project; those are asked for when it is resolved.
 */
import type { Place } from '../../../../foundation/base/errors.ts';
import type { Problem } from '../../../../foundation/base/problem.ts';
import { checkDocument } from '../../../../foundation/document/check-document.ts';
import type { Path, ReadDocument } from '../../../../foundation/document/read-documents.ts';
import type { JsonObject } from '../../../../foundation/manifest/object.ts';
import { inlineValues } from '../../inline-values.ts';
import type { ParsedApplication } from '../../parse-definitions.ts';
import { checkFields, fieldTable } from '../check-fields.ts';
import type { ForeignDestination } from '../foreign-application.ts';
import { applicationFields } from './application-fields.table.ts';
import { type ArgoApplication, argoApplicationSchema } from './application-schema.ts';
import { locateSources } from './locate-sources.ts';
import { translateSync } from './translate-sync.ts';
import { withoutNulls } from './without-nulls.ts';

export interface Translated {
  readonly application: ParsedApplication | undefined;
  readonly problems: readonly Problem[];
}

/** A document, or an object that a template made, with the places of that template. */
export interface ForeignDocument extends Pick<ReadDocument, 'data' | 'place'> {
  /** The map at a path, read as a values file. */
  readonly values: (path: Path) => JsonObject;
  /** Who is named in what is told, where it is not the application. */
  readonly label?: string;
}

const table = fieldTable(applicationFields);
const invalid = 'definition.invalid';

export function translateApplication(document: ReadDocument): Translated {
  const values = (path: Path) => inlineValues(document.node(path), document.document);
  return translateObject({ data: document.data, place: document.place.bind(document), values });
}

export function translateObject(document: ForeignDocument): Translated {
  const data = withoutNulls(document.data);
  const place = (path: Path, part?: 'key' | 'value') => document.place(path, part);
  const { value, problems } = checkDocument(argoApplicationSchema, { data, place, code: invalid });
  if (value === undefined) return { application: undefined, problems };
  const label = document.label ?? `application ${value.metadata.name}`;
  const fields = checkFields(data, { table, document, label });
  const wrong = wrongParts(value, place);
  if (fields.refused.length + wrong.length > 0)
    return { application: undefined, problems: [...fields.refused, ...wrong] };
  return { application: applicationOf(value, document, fields.notices), problems: [] };
}

type PlaceOf = (path: Path, part?: 'key' | 'value') => Place;

/** What Argo CD itself refuses, and what one Helm release cannot hold. */
function wrongParts({ metadata, spec }: ArgoApplication, place: PlaceOf): Problem[] {
  const label = `application ${metadata.name}`;
  const problems: Problem[] = [];
  const wrong = (path: Path, message: string, hint?: string) =>
    problems.push({ code: invalid, message: `${label}: ${message}`, place: place(path), hint });
  const { server, name } = spec.destination;
  if (server && name)
    wrong(['spec', 'destination'], 'the destination names a server and a cluster', 'one of them is enough');
  if (!server && !name) wrong(['spec', 'destination'], 'the destination names no cluster', 'give server or name');
  const many = (spec.sources ?? []).length > 0;
  if (!many && spec.source === undefined) wrong(['spec'], '"source" is missing');
  const sources = many ? (spec.sources ?? []) : spec.source ? [spec.source] : [];
  const at = (index: number): Path => (many ? ['spec', 'sources', index] : ['spec', 'source']);
  for (const [index, source] of sources.entries()) {
    if (source.chart && source.ref) wrong([...at(index), 'ref'], '"ref" does not go with "chart"');
    if (source.chart && source.path) wrong([...at(index), 'path'], '"path" does not go with "chart"');
    if (source.chart && !source.targetRevision)
      wrong(at(index), 'a chart needs its version', 'give targetRevision: a version, or a range such as ">=1.0.0"');
    if (!source.chart && !source.ref && source.path === undefined && !source.repoURL.startsWith('oci://'))
      wrong(at(index), 'a source has a path, a chart or a ref');
    const { namespace } = source.helm ?? {};
    if (namespace && namespace !== spec.destination.namespace)
      problems.push({
        code: 'definition.unsupported',
        message: `${label}: helm.namespace is not the namespace of the destination`,
        place: place([...at(index), 'helm', 'namespace']),
        hint: 'a Helm release lies in one namespace',
      });
  }
  const rendering = sources.flatMap((source, index) => (source.ref && !source.path ? [] : [index]));
  const [first, second] = rendering;
  if (first === undefined && sources.length > 0) wrong(at(0), 'no source has a chart');
  if (second !== undefined)
    problems.push({
      code: 'definition.unsupported',
      message: `${label}: ${rendering.length} sources with a chart each are not supported`,
      place: place(at(second)),
      hint: 'a Helm release has one chart: sources beside it can hold value files only (ref)',
    });
  return problems;
}

function applicationOf(
  value: ArgoApplication,
  document: ForeignDocument,
  notices: readonly Problem[],
): ParsedApplication {
  const { metadata, spec } = value;
  const place: PlaceOf = (path, part) => document.place(path, part);
  const { settings, createNamespace, notices: ofSync } = translateSync(value, place, document.label);
  const destination: ForeignDestination = {
    cluster: spec.destination.server
      ? { by: 'server', text: spec.destination.server, place: place(['spec', 'destination', 'server']) }
      : { by: 'name', text: spec.destination.name ?? '', place: place(['spec', 'destination', 'name']) },
    namespace: {
      text: spec.destination.namespace || 'default',
      place: place(['spec', 'destination', 'namespace']),
    },
  };
  const sources = locateSources(value, document);
  const project = spec.project || 'default';
  return {
    name: metadata.name,
    place: place(['metadata', 'name']),
    project,
    projectPlace: place(spec.project ? ['spec', 'project'] : ['metadata', 'name']),
    apps: undefined,
    settings,
    environments: undefined,
    foreign: {
      object: {
        tool: 'Argo CD',
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        namespace: metadata.namespace || 'argocd',
        name: metadata.name,
      },
      destination,
      releaseName: sources.releaseName,
      createNamespace,
      folder: sources.folder,
      locate: (around) => sources.locate({ ...around, destination, project }),
      notices: [...notices, ...ofSync],
    },
  };
}
