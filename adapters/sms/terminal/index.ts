/** Prints each SMS where a person sees it: the adapter of a first start and of the demo. Nothing leaves the machine. */
import type { AdapterTools, SmsAdapter, SmsAdapterDefinition } from '../../../src/contracts/adapter.js';
import { drawBubble, maskNumber } from './bubble.js';
import configSchema from './config.schema.json' with { type: 'json' };

export interface TerminalConfig {
  timeZone?: string;
  width?: number;
}

const terminal: SmsAdapterDefinition<TerminalConfig> = {
  name: 'terminal',
  configSchema,
  processesIn: () => [],
  create,
};
export default terminal;

function create(config: TerminalConfig, tools: AdapterTools): SmsAdapter {
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: config.timeZone });
  const width = config.width ?? 46;
  return {
    async send({ from, to, text }) {
      tools.print(drawBubble({ sender: from, number: maskNumber(to), time: clock.format(tools.now()), text, width }));
      return { status: 'accepted' };
    },
  };
}
