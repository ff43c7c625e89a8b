/**
 * Takes an ApplicationSet and what lies around it, returns its applications, each read as if it stood there by itself. A
 * generator or a template that fails makes none of them: then what ran of the set goes on.
 */
import { asHelmGitopsError, HelmGitopsError, type Place } from '../../../../../foundation/base/errors.ts';
import type { Problem } from '../../../../../foundation/base/problem.ts';
import type { Path } from '../../../../../foundation/document/read-documents.ts';
import { jsonMergePatch } from '../../../../../foundation/fields/merge-patch.ts';
import type { JsonObject } from '../../../../../foundation/manifest/object.ts';
import { GoError, type GoMap } from '../../../../../foundation/template/value.ts';
import { readYamlMap } from '../../../../../foundation/yaml/read-yaml.ts';
import { writeJson } from '../../../../../foundation/yaml/write-json.ts';
import type { LocatedSettings } from '../../../locate-settings.ts';
import type { ParsedApplication } from '../../../parse-definitions.ts';
import type { ExpandedSet, SetSurroundings } from '../../foreign-set.ts';
import { type Translated, translateObject } from '../translate-application.ts';
import { type Filling, fillData, fillText } from './fill-text.ts';
import { type Generating, generate, generatorKinds } from './generate.ts';
import { matchExpression } from './match-labels.ts';
import { mergeTemplate } from './merge-template.ts';
import type { ArgoGenerator, ArgoSet, RollingStep } from './set-schema.ts';

export interface SetDocument {
  readonly set: ArgoSet;
  readonly place: (path: Path, part?: 'key' | 'value') => Place;
}

/** As Argo CD would write its object. */
interface Made {
  readonly metadata: Readonly<Record<'name' | 'namespace' | 'labels' | 'finalizers', unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

export async function expandSet(document: SetDocument, around: SetSurroundings): Promise<ExpandedSet> {
  const { set, place } = document;
  const { goTemplate = false, goTemplateOptions = [] } = set.spec;
  const option = goTemplateOptions.at(-1)?.replace('missingkey=', '').replace('invalid', 'default') ?? 'default';
  const filling: Filling = { goTemplate, missingKey: option as Filling['missingKey'], renderText: around.renderText };
  const made: Made[] = [];
  try {
    for (const [index, generator] of set.spec.generators.entries())
      made.push(...(await madeBy(generator, { index, document, generating: { around, filling, place } })));
  } catch (thrown) {
    const error = asHelmGitopsError(thrown);
    if (error.fault === 'internal') throw thrown;
    const { code, message, hint } = error;
    const where = error.place ?? place(['spec', 'template']);
    const text = `application set ${set.metadata.name}: ${message}`;
    return { applications: [], broken: [], problems: [{ code, message: text, place: where, hint }] };
  }
  return readMade(made, document, around);
}

interface Making {
  readonly index: number;
  readonly document: SetDocument;
  readonly generating: Generating;
}

async function madeBy(generator: ArgoGenerator, { index, document, generating }: Making): Promise<Made[]> {
  const { place } = document;
  const { spec } = document.set;
  const made: Made[] = [];
  for (const kind of generatorKinds) {
    const own = generator[kind];
    if (own === undefined) continue;
    const template = mergeTemplate(own.template, spec.template) as { metadata?: object; spec?: object };
    for (const parameters of await generate(generator, { kind, at: ['spec', 'generators', index] }, generating)) {
      try {
        made.push(fillApplication(template, parameters, { document, filling: generating.filling }));
      } catch (thrown) {
        const error = asHelmGitopsError(thrown);
        const at = place(['spec', error.message.startsWith('templatePatch') ? 'templatePatch' : 'template'], 'key');
        const { code, fault, message, hint, cause } = error;
        throw new HelmGitopsError(code, fault, message, { place: error.place ?? at, hint, cause });
      }
    }
  }
  return made;
}

const cascade = 'resources-finalizer.argocd.argoproj.io';

interface ApplicationFilling {
  readonly document: SetDocument;
  readonly filling: Filling;
}

function fillApplication(
  template: { metadata?: object; spec?: object },
  parameters: GoMap,
  { document, filling }: ApplicationFilling,
): Made {
  const { metadata: own, spec } = document.set;
  const isFilled = parameters.size > 0;
  const filled = isFilled ? fillData(template, (text) => fillText(text, parameters, filling)) : template;
  const { metadata, spec: ofApplication = {} } = filled as Partial<Made>;
  const finalizers = metadata?.finalizers;
  const preserves = spec.syncPolicy?.preserveResourcesOnDeletion === true;
  const isBare = !Array.isArray(finalizers) || finalizers.length === 0;
  const adds = isFilled && !preserves && isBare;
  const named = { ...metadata, ...(adds ? { finalizers: [cascade] } : {}) } as Made['metadata'];
  const application = patched({ metadata: named, spec: ofApplication }, spec.templatePatch, (text) =>
    fillText(text, parameters, filling),
  );
  return { ...application, metadata: { ...application.metadata, namespace: own.namespace ?? 'argocd' } };
}

/** A patch changes no project, so that nobody leaves the one that the template says. */
function patched(made: Made, patch: string | undefined, fill: (text: string) => string): Made {
  if (!patch) return made;
  try {
    const text = fill(patch);
    const written = JSON.parse(writeJson(readYamlMap(text))) as JsonObject;
    const result = jsonMergePatch(made, written) as Made;
    const { finalizers } = (written.metadata ?? {}) as { finalizers?: unknown };
    const before = Array.isArray(made.metadata.finalizers) ? made.metadata.finalizers : [];
    const all = Array.isArray(finalizers) ? { finalizers: [...new Set([...before, ...finalizers])] } : {};
    const { project } = made.spec;
    return { metadata: { ...result.metadata, ...all }, spec: { ...result.spec, project } };
  } catch (error) {
    if (error instanceof HelmGitopsError)
      throw new HelmGitopsError(error.code, error.fault, `templatePatch: ${error.message}`, { cause: error });
    if (!(error instanceof GoError)) throw error;
    const message = `templatePatch: what it comes to is no map: ${error.message}`;
    throw new HelmGitopsError('definition.generator', 'user', message, { cause: error });
  }
}

/** Two of one name are both left out: nobody could say which of them runs. */
function readMade(made: readonly Made[], document: SetDocument, around: SetSurroundings): ExpandedSet {
  const { set, place } = document;
  const applications: ParsedApplication[] = [];
  const broken: string[] = [];
  const problems: Problem[] = [];
  const namePlace = place(['spec', 'template', 'metadata', 'name']);
  const stepOf = stepsOf(made, set);
  for (const [name, bearers] of Map.groupBy(made, nameOf)) {
    const [only, other] = bearers;
    if (other !== undefined) {
      const message = `application set ${set.metadata.name} makes ${bearers.length} applications of the name ${JSON.stringify(name)}`;
      const hint = 'none of them is read: the name in the template needs a parameter that tells them apart';
      problems.push({ code: 'definition.duplicate', message, place: namePlace, hint });
    }
    const one = only === undefined || other !== undefined ? undefined : { made: only, step: stepOf(only) };
    const translated = one && around.keep(JSON.stringify(one), () => readOne(one, document));
    problems.push(...(translated?.problems ?? []));
    if (translated?.application !== undefined) applications.push(translated.application);
    else broken.push(name);
  }
  return { applications, broken, problems };
}

const nameOf = ({ metadata }: Made): string => (typeof metadata.name === 'string' ? metadata.name : '');

/** Of RollingSync; undefined without it. */
interface Step {
  /** Who is in no step is deployed by a person. */
  readonly automatic: boolean;
  readonly after: readonly string[];
}

function readOne(
  { made, step }: { readonly made: Made; readonly step: Step | undefined },
  document: SetDocument,
): Translated {
  const { set, place } = document;
  const data = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', ...made };
  const valueAt = (path: Path) => path.reduce<unknown>((value, key) => (value as JsonObject)[key as string], data);
  const { application, problems } = translateObject({
    data,
    place: (path, part) => place(['spec', 'template', ...path], part),
    values: (path) => (valueAt(path) ?? {}) as JsonObject,
    label: `the applications of the set ${set.metadata.name}`,
  });
  if (application === undefined) return { application, problems };
  const { applicationsSync = 'sync' } = set.spec.syncPolicy ?? {};
  const keeps = ['create-only', 'create-update'].includes(applicationsSync);
  const { settings } = application;
  const where = place(['spec', 'strategy', 'rollingSync']);
  const dependsOn = step?.after.map((app) => ({ app, environment: undefined, optional: true, place: where }));
  const changed: LocatedSettings = {
    ...settings,
    ...(keeps ? { onRemove: 'keep' } : {}),
    ...(step === undefined ? {} : { sync: { ...settings.sync, automatic: step.automatic } }),
    ...(dependsOn === undefined ? {} : { dependsOn }),
  };
  return { application: { ...application, settings: changed }, problems };
}

/** Each waits for those of the last step before its own that has any. */
function stepsOf(made: readonly Made[], { spec }: ArgoSet): (one: Made) => Step | undefined {
  const { type, rollingSync } = spec.strategy ?? {};
  if (type !== 'RollingSync') return () => undefined;
  const steps = rollingSync?.steps ?? [];
  const indexOf = ({ metadata }: Made) => steps.findIndex((step) => isOfStep(step, metadata.labels));
  const byStep = Map.groupBy(made, indexOf);
  return (one) => {
    const own = indexOf(one);
    const before = steps.slice(0, Math.max(own, 0)).findLastIndex((_, index) => byStep.has(index));
    return { automatic: own >= 0, after: before < 0 ? [] : (byStep.get(before) ?? []).map(nameOf) };
  };
}

function isOfStep({ matchExpressions = [] }: RollingStep, labels: unknown): boolean {
  const known = new Map(Object.entries((labels ?? {}) as Record<string, string>));
  return matchExpressions.every((expression) => matchExpression(expression, known));
}
