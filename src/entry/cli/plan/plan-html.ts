/** A plan as a page of its own, to be kept by a CI job: no script, nothing loaded, every text escaped. */
import { definitionId } from '../../../pipeline/definitions/release-definition.ts';
import type { PlanHead } from './plan-markdown.ts';
import { shownValue } from './plan-table.ts';
import {
  fateText,
  isNothing,
  lookFirst,
  type PlannedRelease,
  planLines,
  planRow,
  summarize,
} from './planned-release.ts';

export function planHtml(planned: readonly PlannedRelease[], { revisions, offline, problems }: PlanHead): string {
  const busy = planned.filter((one) => !isNothing(one));
  const title = `helm-gitops plan${revisions === undefined ? '' : `: ${revisions}`}`;
  const first = lookFirst(busy);
  const body = [
    tag('h1', title),
    offline ? tag('p', 'Compared as rendered, without asking a cluster.') : '',
    problems.length === 0 ? '' : `<h2>Problems</h2>${problems.map((text) => tag('pre', text)).join('')}`,
    busy.length === 0 ? tag('p', 'Nothing to do.') : summaryOf(busy),
    first.length === 0 ? '' : `<h2>Look at these first</h2><ul>${first.map((text) => tag('li', text)).join('')}</ul>`,
    ...busy.map(releaseOf),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${style}</style></head>
<body>${body.filter((part) => part !== '').join('\n')}</body></html>
`;
}

const style = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.2rem .6rem;border-bottom:1px solid #8884;vertical-align:top}td.n,th.n{text-align:right}
code,pre{font:13px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}pre{white-space:pre-wrap}
table.changes{table-layout:fixed}col.sign{width:2rem}col.field{width:42%}
del{background:#d3373722;text-decoration:none}ins{background:#1a7f3722;text-decoration:none}.by,.where{opacity:.7}`;

function summaryOf(busy: readonly PlannedRelease[]): string {
  const heads = ['environment', 'releases', 'create', 'update', 'delete', 'refused', 'restarts'];
  const rows = summarize(busy).map((row) => [
    row.environment,
    ...[row.releases, row.create, row.update, row.delete, row.refused, row.restarts].map(String),
  ]);
  const line = (name: 'th' | 'td') => (cells: readonly string[]) =>
    `<tr>${cells.map((text, at) => `<${name}${at > 0 ? ' class="n"' : ''}>${escaped(text)}</${name}>`).join('')}</tr>`;
  return `<table>${line('th')(heads)}${rows.map(line('td')).join('')}</table>`;
}

function releaseOf(one: PlannedRelease): string {
  const { namespace, cluster } = one.definition;
  const { sources = [], values = [] } = planRow(one);
  const lines = planLines(one).map(({ sign, what, object, note, causes = [], fields }) => {
    const head = `<tr><td><code>${escaped(sign)}</code></td><td colspan="2">${escaped(what)} <b>${escaped(object)}</b>${
      note === undefined ? '' : ` (${escaped(note)})`
    }${causes.map(by).join('')}</td></tr>`;
    const below = fields.map(
      ({ pointer, before, after, causes: behind = [] }) =>
        `<tr><td></td><td><code>${escaped(pointer)}</code></td><td><del><code>${escaped(shownValue(before, 2000))}</code></del> <ins><code>${escaped(shownValue(after, 2000))}</code></ins>${behind.map(by).join('')}</td></tr>`,
    );
    return [head, ...below].join('');
  });
  const fate = fateText(one);
  const removal = fate === undefined ? '' : tag('p', fate);
  const place = `<span class="where">${escaped(`${namespace} of ${cluster}`)}</span>`;
  return `<h2>${escaped(definitionId(one.definition))} ${place}</h2>${removal}${[...sources, ...values].map(by).join('')}<table class="changes">${columns}${lines.join('')}</table>`;
}

const columns = '<colgroup><col class="sign"><col class="field"><col></colgroup>';

const by = (cause: string): string => `<div class="by">by ${escaped(cause)}</div>`;

const tag = (name: string, text: string): string => `<${name}>${escaped(text)}</${name}>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
