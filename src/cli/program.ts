/** The command line as a whole: every command, in the order `--help` lists them, and how a run ends. */
import { Command } from 'commander';
import { readManifest } from '../registry/manifest.js';
import { addAdapters } from './adapters.js';
import { addAlerts } from './alerts.js';
import { addAudit } from './audit.js';
import { addCampaigns } from './campaigns.js';
import { addChallenges } from './challenges.js';
import { type Cli, createCli, type SharedOptions } from './cli.js';
import { addCustomers } from './customers.js';
import { addCustomersImport } from './customers-import.js';
import { addDemo } from './demo.js';
import { addDoctor } from './doctor.js';
import { addEvents } from './events.js';
import { addEventsExplain } from './events-explain.js';
import { addEventsReplayQuarantine } from './events-replay-quarantine.js';
import { addEventsSend } from './events-send.js';
import { addEvidence } from './evidence.js';
import { addHolds } from './holds.js';
import type { Io } from './io.js';
import { addKeys } from './keys.js';
import { addLegalHolds } from './legal-holds.js';
import { addLinks } from './links.js';
import { addMigrate } from './migrate.js';
import { reportError } from './report-error.js';
import { addRuleSets } from './rule-sets.js';
import { addRules } from './rules.js';
import { addServe } from './serve.js';
import { addSources } from './sources.js';
import { addSourcesIgnored } from './sources-ignored.js';
import { addSourcesTry } from './sources-try.js';
import { addStatements } from './statements.js';
import { addWebhooks } from './webhooks.js';

/** A new command is a file here and one line; one that belongs to a group finds it by `groupOf`. */
const COMMANDS: readonly ((program: Command, cli: Cli) => void)[] = [
  addServe,
  addDemo,
  addMigrate,
  addDoctor,
  addRules,
  addRuleSets,
  addEvents,
  addEventsSend,
  addEventsExplain,
  addEventsReplayQuarantine,
  addCustomers,
  addCustomersImport,
  addLegalHolds,
  addEvidence,
  addLinks,
  addAlerts,
  addChallenges,
  addCampaigns,
  addHolds,
  addAdapters,
  addSources,
  addSourcesTry,
  addSourcesIgnored,
  addStatements,
  addWebhooks,
  addAudit,
  addKeys,
];

/** Returns the exit code once the command has ended. `args`: what follows the command's own name. */
export async function runProgram(args: readonly string[], io: Io): Promise<number> {
  const { program, cli } = createProgram(io);
  try {
    await program.parseAsync(args, { from: 'user' });
    return cli.exitCode();
  } catch (error) {
    return reportError(error, io, program.opts<SharedOptions>());
  }
}

/** The commands, not yet run. */
export function createProgram(io: Io): { program: Command; cli: Cli } {
  const program = new Command('ledgerbell')
    .description('Signed webhooks in, JSON rules, templated SMS out')
    .version(readManifest().version)
    .option('--config <file>', 'configuration file (default: ledgerbell.config.json, if it is there)')
    .option('--entity <name>', 'legal entity or brand', 'default')
    .option('--json', 'answer in JSON, for programs')
    .option('--debug', 'tell where an error comes from')
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .exitOverride();
  const cli = createCli(program, io);
  for (const add of COMMANDS) add(program, cli);
  return { program, cli };
}
