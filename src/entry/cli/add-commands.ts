/** Every command with its arguments and options, in the groups that `--help` shows. */
import { Argument, type Command, Option } from 'commander';
import { addMigrate } from './add-migrate.ts';
import { addPlan } from './add-plan.ts';
import { type Adding, addRequests, type End } from './add-requests.ts';
import { completionHelp } from './commands/completion-help.ts';
import type { MaskedLine } from './mask-output.ts';
import type { GlobalOptions } from './open-fleet.ts';
import { outputFormat } from './output-format.ts';

export function addCommands(program: Command, line: MaskedLine, end: End): void {
  const globals = () => program.opts<GlobalOptions>();
  const adding = { program, line, end, globals };
  for (const add of [addDaemon, addLooks, addMigrate, addNotes, addTest, addRequests, addCharts]) add(adding);
}

function addDaemon({ program, line, end, globals }: Adding): void {
  program.commandsGroup('The daemon:');
  program
    .command('run')
    .summary('follow the repositories until stopped')
    .action(async () => end(await (await import('./commands/run.ts')).run(line, globals(), { once: false })));
  program
    .command('once')
    .summary('one pass over the repositories, then exit; 1 when something is not as git says')
    .action(async () => end(await (await import('./commands/run.ts')).run(line, globals(), { once: true })));
  program
    .command('cluster')
    .summary('the embedded cluster')
    .command('start')
    .description('Starts the embedded cluster alone, until stopped.')
    .action(async () => end(await (await import('./commands/cluster-start.ts')).clusterStart(line, globals())));
  program
    .command('init')
    .summary('write the files of a new fleet repository')
    .argument('<folder>')
    .addOption(
      new Option(
        '--shape <shape>',
        'one cluster without environments, one with namespaces for each, a cluster for each',
      )
        .choices(['single', 'namespaces', 'clusters'])
        .default('namespaces'),
    )
    .action(async (folder: string, { shape }) =>
      end(await (await import('./commands/init.ts')).init(line, folder, shape)),
    );
  program
    .command('schema')
    .summary('the JSON Schema of a kind of definition, or of the configuration')
    .addArgument(new Argument('[name]').choices(schemaNames).default('definition'))
    .action(async (name: string) => end(await (await import('./commands/schema.ts')).schema(line, name)));
  program
    .command('completion')
    .summary('the script that completes commands and names in a shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', completionHelp)
    .action(async (shell: 'bash' | 'zsh' | 'fish') =>
      end(await (await import('./commands/completion.ts')).completion(line, shell)),
    );
  program
    .command('__complete', { hidden: true })
    .argument('[word...]')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (_words, _options, { args }: Command) =>
      end(await (await import('./commands/complete.ts')).complete(line, program, args)),
    );
}

const schemaNames = ['definition', 'application', 'environment', 'defaults', 'project', 'config'];

/** Below `drift`; what is asked is answered by the daemon. */
function addAccept(drift: Command, { line, end, globals }: Omit<Adding, 'program'>): void {
  drift
    .command('accept')
    .summary('answer for what has drifted, as it is now: neither told nor corrected until then')
    .argument('<app>')
    .argument('[object...]', 'Deployment/shop; none named: all that has drifted')
    .requiredOption('-e, --environment <name>')
    .requiredOption('--reason <text>', 'shown by drift and in the state')
    .requiredOption('--for <duration>', 'how long: 8h, 168h')
    .action(async (app: string, objects: string[], { environment, reason, for: time }) => {
      const parameters = { reason, for: time, ...(objects.length > 0 ? { objects } : {}) };
      const asked = { verb: 'accept', apps: [app], environment, all: false, arguments: parameters } as const;
      end(await (await import('./commands/request.ts')).request(line, { ...globals(), ...asked }));
    });
}

interface LookOptions {
  environment?: string;
  output: string;
  exitCode?: boolean;
}

function addLooks({ program, line, end, globals }: Adding): void {
  program.commandsGroup('Looking:');
  const chosen = (apps: string[], { environment, output, exitCode = false }: LookOptions) => ({
    ...globals(),
    apps,
    environment,
    output: outputFormat(output),
    exitCode,
  });
  const look = (name: string, summary: string) =>
    program
      .command(name)
      .summary(summary)
      .argument('[app...]', 'applications; none named: all')
      .option('-e, --environment <name>', 'only this environment')
      .option('-o, --output <format>', 'table, json or yaml', 'table');
  program
    .command('validate')
    .summary('read definitions, charts and values; works without a cluster')
    .option('--offline', 'ask no network: charts that lie elsewhere are not looked at')
    .option('--render', 'render every chart too, not only those that a Project limits; lookups find nothing')
    .action(async ({ offline = false, render = false }) =>
      end(await (await import('./commands/validate.ts')).validate(line, { ...globals(), offline, render })),
    );
  addPlan({ program, line, end, globals });
  look('status', 'releases, their revisions and what they wait for')
    .option('--delivery', 'the way of each version, and how often, fast and well it goes')
    .action(async (apps, { delivery = false, ...options }) =>
      end(await (await import('./commands/status.ts')).status(line, { ...chosen(apps, options), delivery })),
    );
  look('history', "Helm's revisions of releases").action(async (apps, options) =>
    end(await (await import('./commands/status.ts')).history(line, chosen(apps, options))),
  );
  look('plans', 'what deploys would do that wait for a person to approve them').action(async (apps, options) =>
    end(await (await import('./commands/plans.ts')).plans(line, chosen(apps, options))),
  );
  look('promotions', 'environments without the version of those before them, and what each waits for')
    .option('--gates', 'each gate, whether it is open, and since when')
    .action(async (apps, { gates = false, ...options }) =>
      end(await (await import('./commands/promotions.ts')).promotions(line, { ...chosen(apps, options), gates })),
    );
  look('incidents', 'changes that went wrong: what was changed, what failed, what was done').action(
    async (apps, options) =>
      end(await (await import('./commands/incidents.ts')).incidents(line, chosen(apps, options))),
  );
  const drift = look('drift', 'what left what was deployed')
    .option('--exit-code', 'exit with 3 when there is drift')
    .option('--diff', 'as a unified diff')
    .action(async (apps, { diff = false, ...options }) =>
      end(await (await import('./commands/drift.ts')).drift(line, { ...chosen(apps, options), diff })),
    );
  addAccept(drift, { line, end, globals });
  program
    .command('rbac')
    .summary('the roles that deploying the fleet needs, for kubectl apply')
    .argument('[app...]', 'applications; none named: all')
    .option('-e, --environment <name>', 'only this environment')
    .option('--service-account <namespace/name>', "the daemon's own; default: helm-gitops beside its state")
    .option('-o, --output <format>', 'yaml or json', 'yaml')
    .action(async (apps, { environment, serviceAccount, output }) =>
      end(
        await (await import('./commands/rbac.ts')).rbac(line, {
          ...globals(),
          apps,
          environment,
          serviceAccount,
          output: outputFormat(output),
        }),
      ),
    );
}

function addNotes({ program, line, end, globals }: Adding): void {
  program
    .command('notes')
    .summary("the chart's notes, as helm get notes prints them")
    .argument('<app>')
    .requiredOption('-e, --environment <name>')
    .option('--revision <number>', "Helm's revision number; default: the newest", Number)
    .action(async (app: string, { environment, revision }) =>
      end(
        await (await import('./commands/notes.ts')).notes(line, { ...globals(), apps: [app], environment, revision }),
      ),
    );
}

function addTest({ program, line, end, globals }: Adding): void {
  program
    .command('test')
    .summary("run the chart's tests now, as helm test does")
    .argument('<app>')
    .requiredOption('-e, --environment <name>')
    .option('--filter <name=test>', 'only this test, or with !name=test all others', collect, [])
    .option('--logs', 'what the tests wrote')
    .option('--timeout <duration>', 'for each test', '5m')
    .action(async (app: string, { environment, filter, logs = false, timeout }) =>
      end(
        await (await import('./commands/test.ts')).test(line, {
          ...globals(),
          apps: [app],
          environment,
          filter,
          logs,
          timeout,
        }),
      ),
    );
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function addCharts({ program, line, end, globals }: Adding): void {
  program.commandsGroup('Charts:');
  program
    .command('render')
    .summary('what a release renders to, with the values that the fleet gives it')
    .argument('<app>')
    .requiredOption('-e, --environment <name>')
    .option('--show-secrets', 'print what Secrets hold')
    .action(async (app: string, { environment, showSecrets = false }) =>
      end(
        await (await import('./commands/render.ts')).render(line, {
          ...globals(),
          apps: [app],
          environment,
          showSecrets,
        }),
      ),
    );
  program
    .command('values')
    .summary('the values of a release, and for each key the line that set it and what it overrode')
    .argument('<app>')
    .requiredOption('-e, --environment <name>')
    .option('--key <path>', 'only this key, or all below it: image.tag')
    .option('-o, --output <format>', 'table, json or yaml', 'table')
    .action(async (app: string, { environment, key, output }) => {
      const options = { ...globals(), apps: [app], environment, key, output: outputFormat(output) };
      end(await (await import('./commands/values.ts')).values(line, options));
    });
  program
    .command('template')
    .summary('what helm template prints for a chart on disk, with its flags')
    .argument('[name]')
    .argument('[chart]')
    .helpOption(false)
    .allowExcessArguments()
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (_name, _chart, _options, { args }: Command) =>
      end(await (await import('./commands/template.ts')).template(line, args)),
    );
  program
    .command('dependency')
    .aliases(['dep', 'dependencies'])
    .summary("a chart's charts/ and Chart.lock, as helm dependency keeps them")
    .argument('[verb]')
    .argument('[chart]')
    .helpOption(false)
    .allowExcessArguments()
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (_verb, _chart, _options, { args }: Command) =>
      end(await (await import('./commands/dependency.ts')).dependency(line, args)),
    );
  program
    .command('package')
    .summary('folders of charts into archives, as helm package makes them')
    .argument('[chart...]')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (_charts, _options, { args }: Command) =>
      end(await (await import('./commands/package.ts')).packageCharts(line, args)),
    );
  program
    .command('push')
    .summary('a packed chart to a registry, or to a chart repository')
    .argument('[archive]')
    .argument('[url]')
    .helpOption(false)
    .allowExcessArguments()
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (_archive, _url, _options, { args }: Command) =>
      end(await (await import('./commands/push.ts')).push(line, args)),
    );
}
