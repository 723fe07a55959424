/** What the SMSC sends by itself: receipts and customers' messages. It is acknowledged only when it is recorded. */
import smpp from 'smpp';
import type { AdapterTools, InboundMessage, Receipt } from '../../../src/contracts/adapter.js';
import { internationalNumber } from './address.js';
import { bodyOf } from './body.js';
import { alphabetOf, decodeText } from './encoding.js';
import type { Memory } from './memory.js';
import { numberField, type Pdu, textField } from './pdu.js';
import { createReassembly } from './reassembly.js';
import { isReceipt, readReceipt } from './receipt.js';
import type { Settings } from './settings.js';

export interface Deliveries {
  /** Resolves with the status to answer; never rejects. */
  take(pdu: Pdu): Promise<number>;
  /** Waits for what is being recorded, and hands over what is incomplete. */
  finish(): Promise<void>;
}

export interface DeliveriesParts {
  settings: Settings;
  tools: AdapterTools;
  memory: Memory;
  /** Resolves when every submit that is unanswered now has been answered or given up. */
  answered(): Promise<void>;
}

const TAKEN = 0;
/** The SMSC repeats it. */
const LATER = smpp.errors.ESME_RX_T_APPN ?? 0x64;
/** It does not. */
const NEVER = smpp.errors.ESME_RX_P_APPN ?? 0x65;

const MOST_AT_ONCE = 500;
const MOST_INCOMPLETE = 200;
const PART_PATIENCE = 5 * 60_000;

export function createDeliveries({ settings, tools, memory, answered }: DeliveriesParts): Deliveries {
  const underWay = new Set<Promise<number>>();
  const reassembly = createReassembly({
    capacity: MOST_INCOMPLETE,
    patienceMs: PART_PATIENCE,
    deliver: (message) => tools.receive({ inbound: [message] }),
  });

  async function take(pdu: Pdu): Promise<number> {
    if (underWay.size >= MOST_AT_ONCE) return LATER;
    const work = (isReceipt(pdu) ? takeReceipt(pdu) : takeInbound(pdu)).catch(() => LATER);
    underWay.add(work);
    const status = await work;
    underWay.delete(work);
    return status;
  }

  async function takeReceipt(pdu: Pdu): Promise<number> {
    const read = readReceipt(pdu, settings);
    if (read === undefined) return NEVER;
    const { reference, ...receipt } = read;
    const find = () =>
      receipt.alertId ??
      memory.alertOf(receipt.providerId) ??
      memory.alertOfReference(reference, textField(pdu, 'source_addr'));
    // It may have overtaken the very answer that tells its id.
    if (find() === undefined) await answered();
    const alertId = find();
    if (alertId === undefined && receipt.providerId === undefined) return NEVER;
    await tools.receive({ receipts: [present({ ...receipt, alertId })] });
    return TAKEN;
  }

  async function takeInbound(pdu: Pdu): Promise<number> {
    const from = internationalNumber(textField(pdu, 'source_addr'), numberField(pdu, 'source_addr_ton'));
    const alphabet = alphabetOf(numberField(pdu, 'data_coding'));
    if (from === undefined || alphabet === undefined) return NEVER;
    const to = textField(pdu, 'destination_addr');
    const { text, segment } = bodyOf(pdu);
    if (segment !== undefined) return (await reassembly.take({ from, to, alphabet, text, segment })) ? TAKEN : LATER;
    const message: InboundMessage = { from, to, text: decodeText(text, alphabet) };
    await tools.receive({ inbound: [message] });
    return TAKEN;
  }

  return {
    take,
    async finish() {
      await Promise.all(underWay);
      await reassembly.flush();
    },
  };
}

function present(receipt: Receipt): Receipt {
  return Object.fromEntries(Object.entries(receipt).filter(([, value]) => value !== undefined)) as unknown as Receipt;
}
