/** Runs one part in a process of its own, so that no part inherits another's heap or compiled code. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** `module` is a URL of a file that exports `run`; its argument and result must be JSON. */
export function runInChild<Result>(module: URL, argument: unknown, nodeArguments: string[] = []): Promise<Result> {
  const child = fork(fileURLToPath(import.meta.url), [module.href, JSON.stringify(argument)], {
    execArgv: ['--expose-gc', ...nodeArguments],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  return new Promise((resolve, reject) => {
    let result: { value: Result } | undefined;
    child.once('message', (message) => {
      result = message as { value: Result };
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (result !== undefined) resolve(result.value);
      else reject(new Error(`${module.pathname} ended with ${signal ?? code}`));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.send !== undefined) {
  const [, , module = '', argument = 'null'] = process.argv;
  const { run } = await import(module);
  const value = await run(JSON.parse(argument));
  process.send({ value }, () => process.disconnect());
}
