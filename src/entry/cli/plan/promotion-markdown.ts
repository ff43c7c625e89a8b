/** A promotion as the text of its pull request: what moves, from where, what it waits for, and the plan of the target. */
import type { Proposal } from '../../../daemon/promotion/promoting.ts';
import type { SecretMask } from '../../../foundation/secrets/secret-mask.ts';
import { maskPlanned } from './mask-planned.ts';
import { fenced, plain as plainText, planMarkdown } from './plan-markdown.ts';

export function promotionMarkdown({ target, planned, preview }: Proposal, mask: Pick<SecretMask, 'text'>): string {
  const plain = (text: string) => plainText(mask.text(text));
  const { definition, checkout } = target;
  const { promotion, gates, edited } = planned;
  const { app, environment, promote } = definition;
  const from = promote?.from.map((name) => `**${plain(name)}**`).join(' and ') ?? '';
  const at = checkout.commit === undefined ? '' : ` as of ${checkout.commit.id.slice(0, 12)}`;
  const hands = edited.map((key) => `\`${key.replaceAll('`', '')}\``).join(', ');
  const plan =
    'failed' in preview
      ? `What it would change in the cluster cannot be said: ${plain(preview.failed)}\n`
      : planMarkdown(
          [maskPlanned({ definition, plan: preview.plan, around: preview.around, causes: preview.causes }, mask)],
          {
            ...{ revisions: undefined, offline: false, problems: [] },
          },
        );
  const parts = [
    `**${plain(app)}** in **${plain(environment)}** gets the version of ${from}${at}:\n`,
    fenced(promotion.changes.join('\n'), 'text'),
    hands === '' ? undefined : `**Set by hand since the last promotion: ${hands}.** Merging writes over it.\n`,
    `Gates, when this was written:\n\n${gates.map(({ name, open, message }) => `- [${open ? 'x' : ' '}] ${name}: ${plain(message)}`).join('\n')}\n`,
    plan,
    'A newer version replaces this one here. Whoever closes this keeps the version back.\n',
  ];
  return parts.filter((part) => part !== undefined).join('\n');
}
