/**
 * What the service's one thread does: V8's own samples, each put down to the stage it was taken in. They are of time and not of
 * CPU: where the thread is stopped within a call, as in a flush of SQLite, that time is the call's.
 */
import { type Profiler, Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';

/** Microseconds in each stage, by name. */
export type Stages = Record<string, number>;

/** The innermost function whose file is one of these decides; paths are from the root of the project. */
const STAGES: readonly (readonly [name: string, files: RegExp])[] = [
  [
    'database client',
    /node_modules\/(?:mysql2|better-sqlite3|knex|sql-escaper|tarn)\/|^src\/store\/(?:mysql-session|insert-rows|select-in)\./,
  ],
  ['sealing', /^src\/store\/crypto\//],
  ['answer', /^src\/http\/problem\./],
  [
    'verify, parse, check',
    /^src\/(?:http|core\/event|flows\/receive)[/.]|node_modules\/(?:ajv|secure-json-parse|canonicalize)\//,
  ],
  ['texts', /^src\/core\/message\/|node_modules\/(?:liquidjs|@formatjs)\//],
  ['step', /^src\/core\//],
  ['batches and rows', /^src\/(?:flows|store|app|jobs|metrics)[/.]/],
];
const REST = 'HTTP and sockets';
const COLLECTOR = 'garbage';
export const STAGE_NAMES: readonly string[] = [REST, ...STAGES.map(([name]) => name), COLLECTOR];

const SAMPLE_EVERY_US = 500;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const session = new Session();

export async function startSampling(): Promise<void> {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
  await session.post('Profiler.start');
}

export async function stopSampling(): Promise<Stages> {
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return stagesOf(profile);
}

function stagesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Stages {
  const stageOf = new Map<number, string | undefined>();
  const assign = (node: Profiler.ProfileNode, outer: string): void => {
    const stage = ownStage(node.callFrame) ?? outer;
    stageOf.set(node.id, node.callFrame.functionName === '(idle)' ? undefined : stage);
    for (const child of node.children ?? []) assign(byId.get(child) as Profiler.ProfileNode, stage);
  };
  const byId = new Map(nodes.map((node) => [node.id, node]));
  assign(nodes[0] as Profiler.ProfileNode, REST);
  const spent: Stages = Object.fromEntries(STAGE_NAMES.map((name) => [name, 0]));
  for (const [at, id] of samples.entries()) {
    const stage = stageOf.get(id);
    // What a sample stands for is the time until the next.
    const time = timeDeltas[at + 1] ?? 0;
    if (stage !== undefined) spent[stage] = (spent[stage] ?? 0) + time;
  }
  return spent;
}

function ownStage({ url, functionName }: Profiler.ProfileNode['callFrame']): string | undefined {
  if (functionName === '(garbage collector)') return COLLECTOR;
  const file = url.startsWith('file:') ? fileURLToPath(url).replace(ROOT, '') : url.replace(ROOT, '');
  return STAGES.find(([, files]) => files.test(file))?.[0];
}
