/** The shipped SMS adapters, in one list, and how a configuration becomes ready adapters. All mistakes are told at once. */
import africastalking from '../../adapters/sms/africastalking/index.js';
import awsSns from '../../adapters/sms/aws-sns/index.js';
import infobip from '../../adapters/sms/infobip/index.js';
import kannel from '../../adapters/sms/kannel/index.js';
import messagebird from '../../adapters/sms/messagebird/index.js';
import messente from '../../adapters/sms/messente/index.js';
import plivo from '../../adapters/sms/plivo/index.js';
import sinch from '../../adapters/sms/sinch/index.js';
import smpp from '../../adapters/sms/smpp/index.js';
import telnyx from '../../adapters/sms/telnyx/index.js';
import terminal from '../../adapters/sms/terminal/index.js';
import twilio from '../../adapters/sms/twilio/index.js';
import vonage from '../../adapters/sms/vonage/index.js';
import type { AdapterTools, SmsAdapter } from '../contracts/adapter.js';
import { LedgerbellError } from '../contracts/errors.js';
import { type AnyDefinition, loadDefinition } from './load-definition.js';
import { maskSensitive } from './mask-sensitive.js';
import { compileSchema, findMistakes } from './schema-check.js';

/** A new adapter is a folder under adapters/sms and one line here. */
export const SHIPPED_ADAPTERS: readonly AnyDefinition[] = [
  terminal,
  kannel,
  smpp,
  telnyx,
  messagebird,
  africastalking,
  awsSns,
  twilio,
  sinch,
  messente,
  plivo,
  infobip,
  vonage,
];

/** What an adapter may be given at most. */
export interface AdapterLimits {
  /** Messages, by all replicas together; no limit where absent. */
  perSecond?: number;
  /** Messages at once after a pause; those of one second where absent. */
  burst?: number;
  /** Requests at the same time in one replica. */
  concurrency?: number;
}

/**
 * One entry of `sms.adapters`: `use` finds the adapter, `name` (its own where absent) is how it is called here, `limits` are
 * kept for it, the rest is its.
 */
export interface AdapterConfig {
  use: string;
  name?: string;
  limits?: AdapterLimits;
  [setting: string]: unknown;
}

export interface NamedAdapter {
  /** In receipts' addresses, metrics, holds and `/v1/config`. */
  name: string;
  adapter: SmsAdapter;
  /** Where the provider processes messages; see `SmsAdapterDefinition`. */
  processesIn: readonly string[];
  limits?: AdapterLimits;
  /** The entry as it may be shown: secrets masked. */
  config: Record<string, unknown>;
}

/** Given an adapter's name, what it may use; its receipt addresses carry that name. */
export type ToolsFor = (name: string) => AdapterTools;

interface Problem {
  code: string;
  path: string;
  message: string;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Ready adapters in the order configured, which is the order they are tried in.
 * @param folder the configuration file's folder, for adapters of the bank's own
 * @throws LedgerbellError `adapter-not-found`, `adapter-malformed`, `adapter-duplicate` or `adapter-config-invalid`;
 *   the first mistake's code and path, and one line for each in the message
 */
export async function createAdapters(
  configs: readonly AdapterConfig[],
  toolsFor: ToolsFor,
  folder: string = process.cwd(),
): Promise<NamedAdapter[]> {
  const shipped = byName(SHIPPED_ADAPTERS);
  const problems: Problem[] = [];
  const ready: NamedAdapter[] = [];
  for (const [index, config] of configs.entries()) {
    const path = `sms.adapters[${index}]`;
    try {
      const definition = await loadDefinition(config.use, folder, shipped);
      const name = config.name ?? definition.name;
      if (!NAME.test(name)) problems.push({ code: 'adapter-config-invalid', path: `${path}.name`, message: NAME_RULE });
      if (ready.some((other) => other.name === name)) problems.push(duplicate(name, path));
      const found = checkConfig(definition, config, path);
      if (found.length > 0) problems.push(...found);
      else ready.push(build(definition, name, config, toolsFor));
    } catch (cause) {
      problems.push(problemOf(cause, path));
    }
  }
  if (problems.length > 0) throw toError(problems);
  return ready;
}

/** @throws LedgerbellError `adapter-duplicate`: a name must mean one adapter */
export function byName(definitions: readonly AnyDefinition[]): Map<string, AnyDefinition> {
  const map = new Map<string, AnyDefinition>();
  for (const definition of definitions) {
    if (map.has(definition.name)) throw toError([duplicate(definition.name, 'SHIPPED_ADAPTERS')]);
    map.set(definition.name, definition);
  }
  return map;
}

const NAME_RULE = 'must be lower-case letters, digits and dashes';

function checkConfig(definition: AnyDefinition, config: AdapterConfig, path: string): Problem[] {
  const validate = compileSchema(definition.configSchema);
  return findMistakes(validate, settingsOf(config), path).map((mistake) => ({
    code: 'adapter-config-invalid',
    ...mistake,
  }));
}

function build(definition: AnyDefinition, name: string, config: AdapterConfig, toolsFor: ToolsFor): NamedAdapter {
  const settings = settingsOf(config);
  const adapter = definition.create(settings as never, toolsFor(name));
  const shown = maskSensitive(definition.configSchema, settings) as Record<string, unknown>;
  const processesIn = definition.processesIn(settings as never);
  const limits = config.limits === undefined ? {} : { limits: config.limits };
  return { name, adapter, processesIn, ...limits, config: { use: config.use, name, ...limits, ...shown } };
}

/** The adapter's own. */
export function settingsOf({
  use: _use,
  name: _name,
  limits: _limits,
  ...settings
}: AdapterConfig): Record<string, unknown> {
  return settings;
}

function duplicate(name: string, path: string): Problem {
  return {
    code: 'adapter-duplicate',
    path,
    message: `another adapter is already called "${name}"; give one of them another "name"`,
  };
}

/** What an adapter's own code throws may quote its settings, so only its code is told; the rest stays in `cause`. */
function problemOf(cause: unknown, path: string): Problem {
  if (cause instanceof LedgerbellError) return { code: cause.code, path, message: cause.message };
  return {
    code: 'adapter-config-invalid',
    path,
    message: 'the adapter refused these settings, or its schema is broken',
  };
}

function toError(problems: readonly Problem[]): LedgerbellError {
  const [first] = problems as [Problem];
  const lines = problems.map(({ path, message }) => `${path}: ${message}`);
  return new LedgerbellError(first.code, lines.join('\n'), { path: first.path });
}
