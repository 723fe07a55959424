/** `challenges send` and `challenges check`: a one-time code by hand, for trying out and for a branch whose application is down. */
import type { Command } from 'commander';
import {
  CHALLENGE_PURPOSES,
  type ChallengeDocument,
  type ChallengePurpose,
  type ToConfirm,
} from '../contracts/challenge.js';
import { checkChallenge } from '../flows/challenges/check-challenge.js';
import { requestChallenge } from '../flows/challenges/request-challenge.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { sheet } from './table.js';
import { misuse } from './usage.js';

const CONFIRM = 'what it confirms, as JSON: see docs/challenges.md';

export function addChallenges(program: Command, cli: Cli): void {
  const challenges = groupOf(program, 'challenges', 'send and check one-time codes');
  challenges
    .command('send')
    .description('send a code to a customer; the running service delivers it')
    .argument('<customer>', 'id of the customer')
    .requiredOption('--purpose <purpose>', CHALLENGE_PURPOSES.join(', '))
    .option('--confirm <json>', CONFIRM)
    .action((customerId: string, { purpose, confirm }: { purpose: string; confirm?: string }) =>
      send(cli, { customerId, purpose: purposeOf(purpose), ...read(confirm) }),
    );
  challenges
    .command('check')
    .description('check a code; exit code 1 where it does not pass')
    .argument('<id>', 'id of the challenge')
    .argument('<code>', 'as the customer read it')
    .option('--confirm <json>', CONFIRM)
    .action((id: string, code: string, { confirm }: { confirm?: string }) => check(cli, id, code, read(confirm)));
}

async function send(cli: Cli, document: ChallengeDocument): Promise<void> {
  await cli.withHouse(async (house) => {
    const sent = await requestChallenge(house, { entity: cli.options().entity, document });
    cli.show(sent, () =>
      sheet({ id: sent.id, 'sent to': sent.phone, 'valid until': sent.expiresAt, resend: sent.resendAt }),
    );
  });
}

async function check(cli: Cli, id: string, code: string, confirm: { confirm?: ToConfirm }): Promise<void> {
  await cli.withHouse(async (house) => {
    const answer = await checkChallenge(house, { entity: cli.options().entity, id, check: { code, ...confirm } });
    if (!answer.approved) cli.problem();
    cli.show(answer, () => (answer.approved ? 'The code passes.' : 'The code does not pass.'));
  });
}

function purposeOf(text: string): ChallengePurpose {
  const known = CHALLENGE_PURPOSES.find((purpose) => purpose === text);
  if (known === undefined) throw misuse(`--purpose must be one of ${CHALLENGE_PURPOSES.join(', ')}`);
  return known;
}

function read(json: string | undefined): { confirm?: ToConfirm } {
  if (json === undefined) return {};
  try {
    return { confirm: JSON.parse(json) as ToConfirm };
  } catch {
    throw misuse('--confirm must be JSON');
  }
}
