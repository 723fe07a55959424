/** Sends through an SMSC over SMPP 3.4, on a connection of its own, and takes receipts and replies from it. See docs/adapters/smpp.md. */
import type { AdapterTools, SmsAdapter, SmsAdapterDefinition } from '../../../src/contracts/adapter.js';
import configSchema from './config.schema.json' with { type: 'json' };
import { createDeliveries } from './deliveries.js';
import { createKeeper } from './keeper.js';
import type { LinkEvents } from './link.js';
import { createMemory } from './memory.js';
import { createSender } from './send.js';
import { type SmppConfig, settingsOf } from './settings.js';
import { createWindow } from './window.js';

export type { SmppConfig };

const smpp: SmsAdapterDefinition<SmppConfig> = {
  name: 'smpp',
  configSchema,
  processesIn: ({ processesIn }) => processesIn ?? [],
  create,
};
export default smpp;

function create(config: SmppConfig, tools: AdapterTools): SmsAdapter {
  const settings = settingsOf(config);
  const memory = createMemory();
  const events: LinkEvents = { deliver: (pdu) => deliveries.take(pdu), changed: () => window.look() };
  const isOneForBoth = settings.bind === 'transceiver';
  const main = createKeeper(settings, isOneForBoth ? 'bind_transceiver' : 'bind_transmitter', events);
  const keepers =
    settings.bind === 'transmitter-receiver' ? [main, createKeeper(settings, 'bind_receiver', events)] : [main];
  const window = createWindow(settings.window, () => main.link() !== undefined);
  const sender = createSender({ settings, tools, keeper: main, window, memory });
  const deliveries = createDeliveries({ settings, tools, memory, answered: sender.answered });

  const open = async () => void (await Promise.all(keepers.map((keeper) => keeper.start())));
  return {
    send(message) {
      // Whoever sends without having opened waits no longer than for a connection that is away.
      open().catch(() => undefined);
      return sender.send(message);
    },
    open,
    async close() {
      await sender.answered();
      await Promise.all(keepers.map((keeper) => keeper.stop()));
      await deliveries.finish();
    },
  };
}
