/** What `template --help` prints, from the table of its flags. */
import { templateFlags } from './template-flags.table.ts';

export function templateHelp(): string {
  const flags = Object.entries(templateFlags);
  const lines = flags.flatMap(([name, { short, value, summary = '', use }]) =>
    use === 'kept'
      ? [[`${short === undefined ? '    ' : `-${short}, `}--${name}${value ? ` <${value}>` : ''}`, summary]]
      : [],
  );
  const width = Math.max(...lines.map(([left = '']) => left.length));
  const refused = flags.filter(([, { use }]) => use === 'refused').map(([name]) => `--${name}`);
  return `Usage: helm-gitops template [NAME] CHART [flags]

Renders a chart on disk as helm template does, byte for byte. The name is release-name unless given.

Flags:
${lines.map(([left = '', summary]) => `  ${left.padEnd(width)}  ${summary}\n`).join('')}
Helm's other flags are accepted, since they do not change what is rendered, except
${refused.join(', ')}: these are refused.
`;
}
