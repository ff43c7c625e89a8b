/** The structs of Helm 4.2.4's record, in the order of their fields. */
import { always, optional, type Shape } from './go-json.ts';

/** Go's zero time. */
export const zeroTime = '0001-01-01T00:00:00Z';

const dependency: Shape = {
  fields: [
    always('name', '""'),
    optional('version'),
    always('repository', '""'),
    optional('condition'),
    optional('tags'),
    optional('enabled'),
    optional('import-values'),
    optional('alias'),
  ],
};

const metadata: Shape = {
  fields: [
    optional('name'),
    optional('home'),
    optional('sources'),
    optional('version'),
    optional('description'),
    optional('keywords'),
    optional('maintainers', { list: { fields: [optional('name'), optional('email'), optional('url')] } }),
    optional('icon'),
    optional('apiVersion'),
    optional('condition'),
    optional('tags'),
    optional('appVersion'),
    optional('deprecated'),
    optional('annotations'),
    optional('kubeVersion'),
    optional('dependencies', { list: dependency }),
    optional('type'),
  ],
};

const lock: Shape = {
  fields: [
    always('generated', `"${zeroTime}"`),
    always('digest', '""'),
    always('dependencies', 'null', { list: dependency }),
  ],
};

const file: Shape = { fields: [always('name', '""'), always('data', 'null'), optional('modtime')] };

export const chartShape: Shape = {
  fields: [
    always('metadata', 'null', metadata),
    always('lock', 'null', lock),
    always('templates', 'null', { list: file }),
    always('values', 'null'),
    always('schema', 'null'),
    always('schemamodtime', `"${zeroTime}"`),
    always('files', 'null', { list: file }),
    optional('modtime'),
  ],
};

const info: Shape = {
  fields: [
    optional('first_deployed'),
    optional('last_deployed'),
    optional('deleted'),
    optional('description'),
    optional('status'),
    optional('notes'),
  ],
};

const hook: Shape = {
  fields: [
    optional('name'),
    optional('kind'),
    optional('path'),
    optional('manifest'),
    optional('events'),
    always('last_run', '{"phase":""}', {
      fields: [optional('started_at'), optional('completed_at'), always('phase', '""')],
    }),
    optional('weight'),
    optional('delete_policies'),
    optional('output_log_policies'),
  ],
};

export const recordShape: Shape = {
  fields: [
    optional('name'),
    always('info', '{}', info),
    always('chart', 'null', chartShape),
    optional('config'),
    optional('manifest'),
    optional('hooks', { list: hook }),
    optional('version'),
    optional('namespace'),
    optional('apply_method'),
  ],
};
