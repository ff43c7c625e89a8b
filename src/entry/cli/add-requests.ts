/** The commands that ask the daemon for something, with their arguments and options. */
import { type Command, Option } from 'commander';
import type { FreezeOptions } from './commands/freeze.ts';
import type { RequestOptions } from './commands/request.ts';
import type { MaskedLine } from './mask-output.ts';
import type { GlobalOptions } from './open-fleet.ts';

export type End = (code: number) => void;

export interface Adding {
  readonly program: Command;
  readonly line: MaskedLine;
  readonly end: End;
  readonly globals: () => GlobalOptions;
}

export function addRequests({ program, line, end, globals }: Adding): void {
  program.commandsGroup('Asking the daemon:');
  addUninstall({ program, line, end, globals });
  const ask = async (given: Omit<RequestOptions, keyof GlobalOptions>) =>
    end(await (await import('./commands/request.ts')).request(line, { ...given, ...globals() }));
  const request = (verb: RequestOptions['verb'], summary: string) =>
    program
      .command(verb)
      .summary(summary)
      .argument('[app...]')
      .option('-e, --environment <name>', 'only this environment')
      .option('--all', 'every application')
      .option('--reason <text>', 'told in the state');
  request('sync', 'deploy what git says now')
    .option('--plan <file>', 'only if that is just what `plan --save` wrote there')
    .action(async (apps, { environment, all = false, reason, plan: file }) => {
      if (file === undefined) return ask({ verb: 'sync', apps, environment, all, arguments: reason ? { reason } : {} });
      end(await (await import('./commands/sync-plan.ts')).syncPlan(line, { ...globals(), apps, environment, file }));
    });
  const plain = {
    retry: 'lift the quarantine and try again',
    suspend: 'leave the release alone',
    resume: 'end a suspension',
  } as const;
  for (const [verb, summary] of Object.entries(plain)) {
    request(verb as keyof typeof plain, summary).action((apps, { environment, all = false, reason }) =>
      ask({ verb: verb as keyof typeof plain, apps, environment, all, arguments: reason ? { reason } : {} }),
    );
  }
  program
    .command('rollback')
    .summary('back to an earlier revision; its inputs are quarantined')
    .argument('<app>')
    .requiredOption('-e, --environment <name>')
    .option('--to <revision>', "Helm's revision number, or a commit; default: the last one that was healthy")
    .addOption(new Option('--promote-back', 'undo in git what was promoted into the environment last').conflicts('to'))
    .action((app: string, { environment, to, promoteBack }) => {
      const given = { ...(to === undefined ? {} : { to }), ...(promoteBack ? { promoteBack } : {}) };
      return ask({ verb: 'rollback', apps: [app], environment, all: false, arguments: given });
    });
  addPromote({ program, line, end, globals });
  addFreezes({ program, line, end, globals });
  program
    .command('confirm')
    .summary('let a removal happen that waits for a person')
    .argument('<id>', 'as in the log line removal.waiting')
    .action((id: string) => ask({ ...decision, verb: 'confirm', arguments: {}, waiting: id }));
  addDecisions({ program, line, end, globals });
}

function addDecisions({ program, line, end, globals }: Adding): void {
  const decide = async (verb: 'approve' | 'reject', id: string, { server, ...given }: DecisionFlags) => {
    const { reason, tokenFile, cluster } = given;
    if (server !== undefined) {
      const how = { verb, id, reason, server, tokenFile, cluster };
      return end(await (await import('./commands/decide.ts')).decide(line, { ...how, ...globals() }));
    }
    const asked = { ...decision, verb, arguments: reason === undefined ? {} : { reason }, waiting: id };
    end(await (await import('./commands/request.ts')).request(line, { ...asked, ...globals() }));
  };
  const command = (verb: 'approve' | 'reject', summary: string) =>
    program
      .command(verb)
      .summary(summary)
      .argument('<id>', 'as `promotions`, `plans` and the log name it')
      .option(
        '--server <url>',
        "by the daemon's API, as whom Kubernetes knows: what named people approve counts so alone",
      )
      .option('--token-file <file>', "the token that shows who it is; default: that of the kubeconfig's user")
      .option('--cluster <name>', 'whose kubeconfig, with several');
  command('approve', 'let a version be promoted, or a plan be carried out, that waits for a person').action(
    (id: string, given) => decide('approve', id, given),
  );
  command('reject', 'keep a version from being promoted until the source has another one, or say no to a plan')
    .requiredOption('--reason <text>', 'told to whoever asks')
    .action((id: string, given) => decide('reject', id, given));
}

interface DecisionFlags {
  readonly reason?: string;
  readonly server?: string;
  readonly tokenFile?: string;
  readonly cluster?: string;
}

const decision = { apps: [], environment: undefined, all: false } as const;

function addFreezes({ program, line, end, globals }: Adding): void {
  const ask = async (given: Omit<FreezeOptions, keyof GlobalOptions>) =>
    end(await (await import('./commands/freeze.ts')).freeze(line, { ...given, ...globals() }));
  program
    .command('freeze')
    .summary('stop everything but rollbacks: in an environment, or everywhere')
    .option('-e, --environment <name>', 'only this environment')
    .requiredOption('--reason <text>', 'told to whoever asks')
    .option('--for <duration>', 'it ends by itself after so long, `72h`')
    .option('--until <time>', 'it ends by itself then, `2027-01-04T06:00:00Z`')
    .action((given) => ask({ environment: undefined, ...given, verb: 'freeze' }));
  program
    .command('unfreeze')
    .summary('end a freeze')
    .option('-e, --environment <name>', 'that of this environment; without it, that of everything')
    .action((given) => ask({ environment: undefined, ...given, verb: 'unfreeze' }));
}

function addPromote({ program, line, end, globals }: Adding): void {
  program
    .command('promote')
    .summary('give an environment the version of another, by a commit of its own values files')
    .argument('<app>')
    .requiredOption('--from <environment>', 'that runs it')
    .requiredOption('--to <environment>', 'that gets it')
    .option('--keys <keys>', 'values keys that move, `image.tag,*.version`; default: promotion.keys', (text) =>
      text.split(','),
    )
    .option('--dry-run', 'only say what would be committed')
    .option('--force', 'even where the source was not seen healthy with what git says')
    .action(async (app: string, { from, to, keys = [], dryRun = false, force = false }) =>
      end(
        await (await import('./commands/promote.ts')).promote(line, {
          ...globals(),
          ...{ app, from, to, keys, dryRun, force },
        }),
      ),
    );
}

function addUninstall({ program, line, end, globals }: Adding): void {
  program
    .command('uninstall')
    .summary('take a release away although git wants it; it stays away until sync or other inputs')
    .argument('<app>')
    .requiredOption('-e, --environment <name>')
    .option('--keep-history', 'leave the revisions, marked as uninstalled')
    .option('--cascade <how>', 'what becomes of dependents: background, foreground or orphan', 'background')
    .option('--wait', 'until every object is gone')
    .option('--no-hooks', 'without the delete hooks')
    .option('--timeout <duration>', 'for each hook, and for the wait', '5m')
    .option('--dry-run', 'only say what would go; needs no daemon')
    .option('--reason <text>', 'told in the state')
    .action(async (app: string, { environment, keepHistory = false, wait = false, dryRun = false, ...given }) =>
      end(
        await (await import('./commands/uninstall.ts')).uninstall(line, {
          ...given,
          ...globals(),
          ...{ apps: [app], environment, keepHistory, wait, dryRun },
        }),
      ),
    );
}
