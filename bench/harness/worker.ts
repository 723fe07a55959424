/** Long-lived processes that answer questions over Node's channel: servers, the load generator, writers. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Usage {
  /** CPU since the process began, milliseconds. */
  cpu: number;
  /** The part of it on the thread that runs JavaScript. */
  mainThread: number;
  rss: number;
  heapUsed: number;
}

export interface Worker {
  /** What the worker said when it was ready. */
  ready: unknown;
  ask<Answer>(question: string, argument?: unknown): Promise<Answer>;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

type Answers = Record<string, (argument: never) => unknown>;

/** `module` is a URL of a file that calls `answer`. */
export async function startWorker(module: URL, argument: unknown, nodeArguments: string[] = []): Promise<Worker> {
  const child = fork(fileURLToPath(module), [JSON.stringify(argument)], {
    execArgv: ['--expose-gc', ...nodeArguments],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const onExit = () => child.kill('SIGKILL');
  process.once('exit', onExit);
  const next = () => message(child, module);
  const { ready } = (await next()) as { ready: unknown };
  const ask = async <Answer>(question: string, about?: unknown): Promise<Answer> => {
    child.send({ question, argument: about });
    return ((await next()) as { answer: Answer }).answer;
  };
  return {
    ready,
    ask,
    usage: () => ask<Usage>('usage'),
    async stop() {
      process.off('exit', onExit);
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function message(child: ChildProcess, module: URL): Promise<object> {
  return new Promise((resolve, reject) => {
    const ended = (code: unknown, signal: unknown) =>
      reject(new Error(`${module.pathname} ended with ${signal ?? code}`));
    child.once('exit', ended);
    child.once('message', (received) => {
      child.off('exit', ended);
      const { failure } = received as { failure?: string };
      if (failure === undefined) resolve(received as object);
      else reject(new Error(failure));
    });
  });
}

/** Called by the worker itself: prepares, and then answers one question after the other. */
export function answer<Argument>(prepare: (argument: Argument) => Promise<{ ready: unknown; answers: Answers }>): void {
  const send = (value: object) => process.send?.(value);
  const failed = (error: unknown) =>
    send({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  process.on('disconnect', () => process.exit());
  prepare(JSON.parse(process.argv[2] ?? 'null')).then(({ ready, answers }) => {
    process.on('message', ({ question, argument }: { question: string; argument: never }) => {
      const work = question === 'usage' ? usage : answers[question];
      Promise.resolve()
        .then(() => work?.(argument))
        .then((value) => send({ answer: value ?? null }), failed);
    });
    send({ ready });
  }, failed);
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return { cpu: (user + system) / 1000, mainThread: threadCpu(process.pid), rss, heapUsed };
}

/** Of the first thread of a process, milliseconds, to the hundredth of a second. */
function threadCpu(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
