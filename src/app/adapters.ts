/** The configured adapters, and their connections. */
import type { Config } from '../config/config.js';
import { ConfigInvalid } from '../config/config-invalid.js';
import { routeMistakes } from '../config/route-mistakes.js';
import type { House, Logger, NamedAdapter } from '../flows/house.js';
import { createAdapters, type ToolsFor } from '../registry/adapters.js';

/** The routes are held to the adapters once more: where the bank's own process messages is known only now. */
export async function readyAdapters(config: Config, tools: ToolsFor): Promise<House['adapters']> {
  const adapters = await createAdapters(config.sms.adapters, tools, config.folder);
  const mistakes = routeMistakes(config.sms, new Map(adapters.map((one) => [one.name, one.processesIn])), true);
  if (mistakes.length > 0) throw new ConfigInvalid(mistakes);
  return adapters;
}

/** An SMSC that is away does not keep the service from starting: the adapter tries again by itself. */
export async function openConnection({ name, adapter }: NamedAdapter, log: Logger): Promise<void> {
  try {
    await adapter.open?.();
  } catch (error) {
    log.warn({ adapter: name, error: (error as { code?: string })?.code }, 'the adapter has no connection yet');
  }
}

export async function closeConnection({ name, adapter }: NamedAdapter, log: Logger): Promise<void> {
  try {
    await adapter.close?.();
  } catch (error) {
    log.warn({ adapter: name, error: (error as Error)?.name }, 'the adapter could not close its connection');
  }
}
