import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** They wait for minutes of a clock, leases or kills: begun last, they would be waited for alone. */
const long = ['windows', 'clusters', 'faults', 'crash', 'two-hands', 'interchange-turns', 'life', 'real-control-plane'];

/** As Vitest orders files, those that are known to be long before all others. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = long.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return at < 0 ? long.length : at;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
