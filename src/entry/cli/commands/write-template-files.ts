/**
 * `--output-dir`: a file for each template, with the documents that it rendered. Takes the rendered release, returns the
 * paths as Helm tells them, one for each document. Files of crds/ lie in the folder itself, never below the release's name.
 */
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { toBytes } from '../../../foundation/base/byte-string.ts';
import { chartError } from '../../../pipeline/chart/chart-error.ts';
import type { RenderedRelease } from '../../../pipeline/render/rendered-release.ts';
import type { TemplateOptions } from './template-options.ts';

export interface WriteOptions extends Pick<TemplateOptions, 'includeCrds' | 'noHooks' | 'skipTests' | 'outputDir'> {
  /** What relative folders are relative to. */
  readonly root: string;
  /** For what templates render: `outputDir`, or the folder of the release's name in it. */
  readonly folder: string;
}

export function writeTemplateFiles(rendered: RenderedRelease, options: WriteOptions): string[] {
  const { includeCrds, noHooks, skipTests, outputDir, folder, root } = options;
  const written: string[] = [];
  const write = (into: string, { name, text }: Document, append: boolean) => {
    const shown = `${into}/${name}`;
    const file = resolve(root, shown);
    if (leavesFolder(resolve(root, into), file)) {
      throw chartError('chart.outside', `the template ${name} would be written outside of ${into}`);
    }
    mkdirSync(dirname(file), { recursive: true });
    (append ? appendFileSync : writeFileSync)(file, toBytes(`---\n# Source: ${name}\n${text}\n`));
    written.push(shown);
  };
  for (const crd of includeCrds ? rendered.crds : [])
    write(outputDir, crd, written.includes(`${outputDir}/${crd.name}`));
  for (const one of documentsOf(rendered.manifest)) write(folder, one, written.includes(`${folder}/${one.name}`));
  for (const { path, manifest, events } of noHooks ? [] : rendered.hooks) {
    if (skipTests && events.includes('test')) continue;
    // Upstream quirk: a hook is added to the file of an earlier run too.
    write(folder, { name: path, text: manifest }, existsSync(resolve(root, folder, path)));
  }
  return written;
}

interface Document {
  readonly name: string;
  readonly text: string;
}

/** No document holds a line of dashes of its own, so that the head of each is unmistakable. */
function documentsOf(manifest: string): Document[] {
  const parts = manifest.split(/(?:^|(?<=\n))---\n# Source: (.+)\n/);
  const documents: Document[] = [];
  for (let at = 1; at < parts.length; at += 2) {
    documents.push({ name: parts[at] ?? '', text: (parts[at + 1] ?? '').replace(/\n$/, '') });
  }
  return documents;
}

function leavesFolder(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return path.startsWith('..') || isAbsolute(path);
}
