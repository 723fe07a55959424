/** `serve`: the service. It says where it listens and how a first webhook gets in, and ends in order when it is told to. */
import { once } from 'node:events';
import type { Command } from 'commander';
import type { Config } from '../config/config.js';
import type { Cli } from './cli.js';
import { firstWebhook } from './first-webhook.js';

export function addServe(program: Command, cli: Cli): void {
  program
    .command('serve')
    .description('receive webhooks, decide, deliver; until SIGTERM or Ctrl-C')
    .action(() => serve(cli));
}

async function serve(cli: Cli): Promise<void> {
  // Listened to from the beginning: a signal during the start is obeyed after it.
  const told = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const config = cli.config();
  const app = await cli.openApp(config);
  try {
    const { url } = await app.start();
    cli.show({ url, pid: process.pid }, () => greeting(config, url));
    await told;
  } finally {
    // A second signal does not wait for what is under way.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1));
    await app.stop();
  }
}

function greeting(config: Config, url: string): string {
  const { apiKeys, keyFiles, ingest, http } = config;
  const secretIds = ingest.signature.secrets.map(({ id }) => id).join(', ');
  const lines = [
    `Ledgerbell listens on ${url} (documentation: ${url}/v1/docs)`,
    keyFiles.webhookSecret === undefined
      ? `Webhooks to ${url}/v1/events are signed with: ${secretIds}`
      : `Webhooks to ${url}/v1/events are signed with the secret in ${keyFiles.webhookSecret}`,
  ];
  if (keyFiles.encryptionKey !== undefined) {
    lines.push(
      `Data is sealed with the key in ${keyFiles.encryptionKey}: without that file, nothing can be opened again`,
    );
  }
  if (apiKeys.length === 0) lines.push('Without apiKeys, everything else under /v1 is answered on loopback only');
  if (http.publicUrl === undefined) lines.push('Without http.publicUrl, no receipts reach this service');
  if (keyFiles.webhookSecret !== undefined)
    lines.push('', 'A first webhook:', '', firstWebhook(url, keyFiles.webhookSecret));
  return lines.join('\n');
}
