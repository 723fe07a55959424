/** Asks providers what became of messages that may or may not have been sent. Never throws. */
import type { LookupOutcome } from '../../contracts/adapter.js';
import { LedgerbellError } from '../../contracts/errors.js';
import { phoneCountry } from '../../core/phone.js';
import type { OutboxAlert } from '../../store/outbox.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House, NamedAdapter } from '../house.js';
import { routesOf } from './routes.js';
import { type Known, loadKnown, numbersOf } from './send-inputs.js';
import { textOf } from './text-of.js';
import { within } from './within.js';

/** By alert id. Left out where the provider cannot be asked. */
export async function lookUp(house: House, alerts: readonly OutboxAlert[]): Promise<Map<string, LookupOutcome>> {
  const asked = alerts.flatMap((alert) => {
    const named = adapterOf(house, alert);
    return named?.adapter.lookup === undefined ? [] : [{ alert, named }];
  });
  if (asked.length === 0) return new Map();
  const all = asked.map(({ alert }) => alert);
  const known = await withTransaction(house.vault.database, (trx) => loadKnown(house, trx, all));
  const numbers = numbersOf(all, known);
  const answers = await Promise.all(
    asked.map(async ({ alert, named }): Promise<[string, LookupOutcome]> => {
      const message = { to: numbers.get(alert.alertId), text: textIn(house, alert, known) };
      return [alert.alertId, await ask(house, named, alert, message)];
    }),
  );
  return new Map(answers);
}

export function adapterOf({ adapters }: House, { provider }: OutboxAlert): NamedAdapter | undefined {
  return adapters.find(({ name }) => name === provider);
}

/** Undefined where it was erased. */
function textIn(house: House, alert: OutboxAlert, known: Known): string | undefined {
  try {
    return textOf(house, alert, known).text;
  } catch (error) {
    if (!(error instanceof LedgerbellError)) throw error;
    return undefined;
  }
}

async function ask(
  house: House,
  { name, adapter }: NamedAdapter,
  alert: OutboxAlert,
  { to, text }: { to: string | undefined; text: string | undefined },
): Promise<LookupOutcome> {
  const { alertId, providerId, lane } = alert;
  if (to === undefined || adapter.lookup === undefined) return { status: 'unclear', code: 'no-number' };
  const routes = routesOf(house);
  const route = routes.routeOf({ ...alert, country: routes.askCountry ? phoneCountry(to) : undefined });
  const { senders, attemptMs } = house.delivery;
  const from = route.sender ?? senders[lane] ?? senders.default ?? '';
  const request = { alertId, providerId, to, from, text, sentAt: alert.sentAt ?? alert.updatedAt };
  try {
    return await within(attemptMs * 1.25, adapter.lookup(request));
  } catch (error) {
    house.log.error(
      { adapter: name, alertId, error: (error as Error)?.name },
      'adapter threw or was late at a look-up',
    );
    return { status: 'unclear', code: 'adapter-threw' };
  }
}
