import type { GoMap } from '../../foundation/template/value.ts';
import type { ScopedChart } from './scoped-chart.ts';
export function checkSchemas(_chart: ScopedChart, _values: GoMap): string {
  return '';
}
