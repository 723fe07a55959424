/** What an SMS provider is asked to do. */
export interface SmsMessage {
  /** The alert's id: the client reference, where a provider has one. */
  alertId: string;
  /** E.164, with `+`. */
  to: string;
  /** Sender id or number. */
  from: string;
  text: string;
  encoding: 'gsm-7' | 'ucs-2';
  parts: number;
  lane: 'otp' | 'security' | 'service' | 'marketing';
  /** Epoch milliseconds after which the message is worthless; absent means never. */
  expiresAt?: number;
}

/** What happened, in the four words the core acts on. `code` is the provider's own, lower-case, never a text with personal data. */
export type SendOutcome =
  | { status: 'accepted'; providerId?: string }
  | { status: 'rejected'; code: string }
  /** Certainly not sent; `retryAfterMs` as the provider asked. */
  | { status: 'retryable'; code: string; retryAfterMs?: number }
  /** The request left and no usable answer came: it may have been sent. */
  | { status: 'unknown'; code: string };

export type ReceiptState = 'accepted' | 'delivered' | 'failed' | 'unknown';

/** One receipt, as an adapter reads it from a callback. */
export interface Receipt {
  alertId?: string;
  providerId?: string;
  state: ReceiptState;
  /** The provider's own code or state, kept. */
  code?: string;
  /** The number is out of service: it is suspended until the bank confirms another. */
  numberGone?: boolean;
}

/** A callback as it came in. The body is bytes: signatures cover bytes. */
export interface CallbackRequest {
  method: string;
  /** Path and query. */
  url: string;
  query: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** HTTP answers classified the way `unknown` needs: did the request leave or not? */
export type HttpResult =
  | { kind: 'response'; status: number; headers: Headers; body: string }
  /** The connection was never made: certainly not sent. */
  | { kind: 'not-sent'; code: string }
  /** It left, and no complete answer came. */
  | { kind: 'no-answer'; code: string };

export interface HttpRequest {
  url: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Milliseconds for the whole exchange, where the provider needs another limit than the core's. */
  timeoutMs?: number;
}

/** What the core lends an adapter. */
export interface AdapterTools {
  /** One request with the core's time limit; follows no redirects; never throws; the body is read up to 64 KiB. */
  http(request: HttpRequest): Promise<HttpResult>;
  /** Epoch milliseconds. */
  now(): number;
  /** Where the provider should send the receipt of this alert, or undefined when receipts cannot reach us. */
  receiptUrl(alertId: string): string | undefined;
  /** Prints a message where a person sees it (the terminal adapter). */
  print(text: string): void;
}

/** A ready adapter. It only sends and classifies; retries, limits and failover belong to the core. */
export interface SmsAdapter {
  send(message: SmsMessage): Promise<SendOutcome>;
  /** Verifies and reads a receipt callback; throws `CallbackRefused` when it is not genuine. */
  receipts?(request: CallbackRequest): Receipt[];
}

/** `adapters/sms/<name>/index.ts` exports one of these as `default`. */
export interface SmsAdapterDefinition<Config = unknown> {
  name: string;
  /** JSON Schema of its part of the configuration; `sensitive: true` marks what must never be shown. */
  configSchema: Record<string, unknown>;
  create(config: Config, tools: AdapterTools): SmsAdapter;
}

/** Thrown by `receipts` when a callback is not genuine. */
export class CallbackRefused extends Error {
  readonly code: 'callback-unverified' | 'callback-malformed';
  constructor(code: 'callback-unverified' | 'callback-malformed', message: string) {
    super(message);
    this.name = 'CallbackRefused';
    this.code = code;
  }
}
