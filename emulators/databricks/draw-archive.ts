import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SparkCalls } from './engine/spark-calls.ts';
import { getArchives, type SparkOptions, startSpark } from './engine/spark-process.ts';

/**
 * Process entry: `node emulators/databricks/draw-archive.ts '{"python":…,"jars":…}'`. Done once when a machine is set up:
 * it runs what a first job runs and keeps the loaded classes in one file, which later starts map instead of loading.
 */
const settings = JSON.parse(process.argv[2] ?? '{}') as Omit<SparkOptions, 'home'>;
const home = await mkdtemp(join(tmpdir(), 'class-data-'));
const options = { ...settings, jars: resolve(settings.jars), home };
try {
  const spark = await startSpark(options, () => undefined, true);
  const calls = new SparkCalls(spark, (cause) => new Error('Spark ended during the rehearsal.', { cause }));
  const { head } = await calls.post('/warm-up', {});
  if (head.error) throw new Error(`The rehearsal failed. ${head.error.message}`);
  calls.close();
  await spark.end();
  console.log(`The class-data archive lies in '${getArchives(options)}'.`);
} finally {
  await rm(home, { recursive: true, force: true });
}
