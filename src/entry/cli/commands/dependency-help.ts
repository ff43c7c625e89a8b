/** What `dependency --help` prints, from the table of its flags. */
import { type DependencyFlag, dependencyFlags } from './dependency-flags.table.ts';

export function dependencyHelp(): string {
  const fetching = linesOf({ ...dependencyFlags.build });
  const listing = linesOf({ 'max-col-width': dependencyFlags.list['max-col-width'] });
  const width = Math.max(...[...fetching, ...listing].map(([left]) => left.length));
  const shown = (lines: readonly (readonly [string, string])[]) =>
    lines.map(([left, summary]) => `  ${left.padEnd(width)}  ${summary}\n`).join('');
  return `Usage: helm-gitops dependency list|update|build [CHART] [flags]

Does with a chart's charts/ and Chart.lock what helm dependency does, so that the two can be mixed; dep is short for it.
  list    what Chart.yaml asks for, and how it stands in charts/ (ls)
  update  the newest versions that fit into charts/, and Chart.lock with them (up)
  build   charts/ as Chart.lock has it; no repository has to be added before

Flags of list:
${shown(listing)}
Flags of update and build:
${shown(fetching)}
Helm's other flags are accepted and change nothing here.
`;
}

function linesOf(flags: Readonly<Record<string, DependencyFlag>>): (readonly [string, string])[] {
  return Object.entries(flags).flatMap(([name, { short, value, summary }]) =>
    summary === undefined
      ? []
      : [[`${short === undefined ? '    ' : `-${short}, `}--${name}${value ? ` <${value}>` : ''}`, summary] as const],
  );
}
