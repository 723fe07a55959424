/** `keys rewrap`: after a new encryption key was put first, wraps everything with it, so that the old one can go. */
import type { Command } from 'commander';
import { appendAudit } from '../store/audit.js';
import { createKeyRing } from '../store/crypto/key-ring.js';
import { rewrapSubjectKeys } from '../store/crypto/rewrap-subject-keys.js';
import { withTransaction } from '../store/with-transaction.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';

export function addKeys(program: Command, cli: Cli): void {
  groupOf(program, 'keys', 'encryption keys')
    .command('rewrap')
    .description('wrap all keys with the first of encryption.keys; the others can then be taken away')
    .action(() => rewrap(cli));
}

async function rewrap(cli: Cli): Promise<void> {
  const config = cli.config();
  await cli.withDatabase(config, async (database) => {
    const keyRing = createKeyRing(config.encryption.keys);
    const said = cli.options().json ? undefined : (done: number) => cli.note(`${done} keys`);
    const rewrapped = await rewrapSubjectKeys(database, keyRing, said);
    const entry = {
      at: Date.now(),
      actor: cli.actor(),
      action: 'keys-rewrapped',
      subject: `key:${keyRing.currentKeyId}`,
    };
    await withTransaction(database, (trx) => appendAudit(database, trx, { ...entry, detail: { rewrapped } }));
    cli.show(
      { key: keyRing.currentKeyId, rewrapped },
      () => `${rewrapped} keys are now wrapped with ${keyRing.currentKeyId}.`,
    );
  });
}
