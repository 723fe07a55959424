/**
 * `POST /v1/events`, as a plain Node handler: the service reaches it without Express, and the router mounts the very same
 * one for a host. Body read once as bytes, sender verified over them, parsed once, decided, answered.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LedgerEvent } from '../contracts/event.js';
import type { House } from '../flows/house.js';
import { keepUnreadable, type ReceivedAnswer, receiveEvents } from '../flows/receive.js';
import { type CloudEventRequest, parseCloudEventRequest } from './cloud-event-request.js';
import { problemOf, sendJson, sendProblem } from './problem.js';
import { readBody } from './read-body.js';
import { RequestRefused } from './request-refused.js';
import { verifyStandardWebhook } from './signature/standard-webhooks.js';
import { secretMaySend, type WebhookSecret } from './signature/webhook-secret.js';

export interface EventsEndpoint {
  secrets: readonly WebhookSecret[];
  /** How far the sender's clock may be off. */
  toleranceSeconds: number;
}

/** Events are only learned from, never alerted, with this header or `?learn=true`. */
export const LEARN_HEADER = 'ledgerbell-learn';

export type Handler = (req: IncomingMessage, res: ServerResponse) => void;

export function createEventsHandler(house: House, endpoint: EventsEndpoint): Handler {
  return (req, res) => {
    handle(house, endpoint, req)
      .then((answer) => reply(house, res, answer))
      .catch((error: unknown) => {
        house.watch?.requestRefused(problemOf(error).code);
        sendProblem(res, error, house.log);
      });
  };
}

interface Handled extends ReceivedAnswer {
  isBatch: boolean;
}

async function handle(house: House, endpoint: EventsEndpoint, req: IncomingMessage): Promise<Handled> {
  const body = await readBody(req, house.limits.bodyBytes);
  const { secret, webhookId } = verifyStandardWebhook({
    body,
    headers: req.headers,
    secrets: endpoint.secrets,
    toleranceSeconds: endpoint.toleranceSeconds,
    now: house.now(),
  });
  const { mode, events } = await read(house, req, body);
  const binary = mode === 'binary' ? { webhookId } : undefined;
  const answer = await receiveEvents(house, {
    events,
    origin: 'events',
    entity: secret.entity,
    learn: isLearning(req),
    check: (event: LedgerEvent) => secretMaySend(secret, event, binary),
  });
  return { ...answer, isBatch: mode === 'batch' };
}

/** What is believed and cannot be read is kept, but for a batch that its sender only has to split. */
async function read(house: House, req: IncomingMessage, body: Buffer): Promise<CloudEventRequest> {
  try {
    return parseCloudEventRequest(req.headers, body, house.limits.batchEvents);
  } catch (error) {
    if (error instanceof RequestRefused && error.code !== 'batch-too-large') {
      await keepUnreadable(house, 'events', body, error);
    }
    throw error;
  }
}

/** A header is not signed, but all it can do is silence; in the signed body the same is said by `learn` of an event. */
function isLearning(req: IncomingMessage): boolean {
  if (req.headers[LEARN_HEADER] === 'true') return true;
  const query = req.url?.split('?')[1];
  return query !== undefined && new URLSearchParams(query).get('learn') === 'true';
}

/** A batch is 200 with a result for each; a single event that was refused is a problem of its own. */
function reply({ log }: House, res: ServerResponse, { isBatch, ...answer }: Handled): void {
  const [only] = answer.results;
  if (!isBatch && only?.status === 'rejected') {
    const { code, message, path } = only;
    sendProblem(res, { ...answer, status: REFUSED_STATUS[code] ?? 422, code, detail: message, path }, log);
    return;
  }
  sendJson(res, 200, answer);
}

/** What a secret may not send is forbidden rather than wrong. */
const REFUSED_STATUS: Readonly<Record<string, number>> = {
  'secret-may-not-send': 403,
  'binary-id-mismatch': 403,
  'binary-needs-fixed-secret': 403,
  'binary-attribute-unsigned': 403,
};
