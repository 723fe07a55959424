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
  /**
   * Refused for good. `account` says that the refusal is about the bank's account at this provider or the provider itself
   * (no credit, a key that is not accepted, a country or sender that is not enabled), so that another one may still take it.
   */
  | { status: 'rejected'; code: string; scope?: 'account' }
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

/** What a provider says when it is asked about a message it may have taken. */
export type LookupOutcome =
  | { status: 'found'; state: ReceiptState; providerId?: string; code?: string }
  /** The provider is sure that it never took it: it may be sent again. */
  | { status: 'absent' }
  /** It could not say, or its answer could not be read. */
  | { status: 'unclear'; code: string };

/** Which message is looked for. */
export interface LookupRequest {
  alertId: string;
  providerId?: string;
  to: string;
  from: string;
  /** As it was sent, where it can still be read: for a provider that knows no reference of ours. */
  text?: string;
  /** Epoch milliseconds at which the request left. */
  sentAt: number;
}

/** An SMS that somebody sent to the bank. */
export interface InboundMessage {
  /** The provider's id of it: the same one twice is one message. */
  providerId?: string;
  /** E.164, with `+`. */
  from: string;
  /** The number or short code it was sent to. */
  to: string;
  text: string;
}

/** A callback as it came in. The body is bytes: signatures cover bytes. */
export interface CallbackRequest {
  method: string;
  /** Path and query. */
  url: string;
  /** The whole address as the provider calls it: the public URL of the configuration, path and query. Signatures may cover it. */
  publicUrl: string;
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
  /** What comes over an adapter's own connection rather than by HTTP; resolves when it is recorded, and only then is it acknowledged. */
  receive(news: { receipts?: readonly Receipt[]; inbound?: readonly InboundMessage[] }): Promise<void>;
}

/** A ready adapter. It only sends and classifies; retries, limits and failover belong to the core. */
export interface SmsAdapter {
  send(message: SmsMessage): Promise<SendOutcome>;
  /** Asks the provider what became of a message, where it can be asked. Never throws. */
  lookup?(request: LookupRequest): Promise<LookupOutcome>;
  /**
   * How a callback proves that it is genuine. `signature`: the adapter verifies the provider's own scheme. `address` (the default):
   * the provider has none that is configured, and the secret in the address was checked before the adapter is asked.
   */
  callbacks?: 'signature' | 'address';
  /** Verifies (see `callbacks`) and reads a receipt callback, of which one may hold many; throws `CallbackRefused`. */
  receipts?(request: CallbackRequest): Receipt[];
  /** The same for what customers send to the bank. */
  inbound?(request: CallbackRequest): InboundMessage[];
  /** What the provider expects to read in answer to a callback; 200 with a small JSON document where absent. */
  callbackAnswer?: { status: number; contentType?: string; body: string };
  /** Opens a connection of its own, for adapters that keep one. */
  open?(): Promise<void>;
  /** Closes it, after what is under way. */
  close?(): Promise<void>;
}

/** `adapters/sms/<name>/index.ts` exports one of these as `default`. */
export interface SmsAdapterDefinition<Config = unknown> {
  name: string;
  /** JSON Schema of its part of the configuration; `sensitive: true` marks what must never be shown. */
  configSchema: Record<string, unknown>;
  /**
   * Where the provider processes messages under these settings: ISO 3166 codes, or `EU`. A route refuses a place that an
   * entity's residency policy does not name. Empty: nothing leaves this machine.
   */
  processesIn(config: Config): readonly string[];
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
