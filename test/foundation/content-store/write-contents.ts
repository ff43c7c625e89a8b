/** `node write-contents.ts FOLDER SEED COUNT`: a process that fills a store slowly, to be killed or to have company. */
import { setTimeout } from 'node:timers/promises';
import { openContentStore } from '../../../src/foundation/content-store/open-content-store.ts';

const [folder = '', seed = '0', count = '1'] = process.argv.slice(2);
const store = await openContentStore({ folder, limit: 1_000_000_000 });

async function* pieces(number: number): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < 8; piece++) {
    yield Buffer.alloc(10_000, `${number}/${piece};`);
    await setTimeout(1);
  }
}

process.stdout.write('started\n');
for (let number = Number(seed); number < Number(seed) + Number(count); number++) {
  const { digest } = await store.put(pieces(number), { limit: 100_000 });
  await store.writeNote(`note-${number}`, { digest });
  await store.writeNote('shared', { by: number, filler: 'x'.repeat(5000) });
}
