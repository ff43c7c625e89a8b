/** Where a chart lies that was named on a command line. What Helm would download is an error that says so. */

import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { chartError } from '../../../pipeline/chart/chart-error.ts';
import { cliError } from '../cli-error.ts';

export function locateChart(name: string, folder: string): string {
  const path = name.trim();
  if (path !== '' && existsSync(resolve(folder, path))) return resolve(folder, path);
  if (isAbsolute(path) || path.startsWith('.'))
    throw chartError('chart.not-found', `path ${JSON.stringify(path)} not found`);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    throw cliError('cli.not-yet', `${path} is not downloaded yet`, {
      hint: 'helm pull brings the chart to disk; name the folder or the archive',
    });
  }
  const [repository] = path.split('/');
  const message = path.includes('/')
    ? `repo ${repository} not found`
    : `non-absolute URLs should be in form of repo_name/path_to_chart, got: ${path}`;
  throw chartError('chart.not-found', message, {
    hint: `there is no ${path || 'chart without a name'} in ${folder}; charts of repositories are not downloaded yet`,
  });
}
