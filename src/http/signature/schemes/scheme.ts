/** What every way of proving a sender has in common: settings in, a verifier out. */
import type { AdapterTools } from '../../../contracts/adapter.js';
import type { SignatureRefusalCode } from '../signature-refused.js';

/** A request as it came in, before anything parsed it. */
export interface InboundRequest {
  /** As Node gives them: lower-case names, repeated ones joined. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Name, value, name, value, ...: where a repeated header still shows. */
  rawHeaders: readonly string[];
  rawBody: Buffer;
  method: string;
  /** Path and query. */
  url: string;
  /** Of the connection itself, never of a forwarding header. */
  remoteAddress?: string;
  /** Epoch milliseconds. */
  now: number;
}

/** Who is believed, and what it may send; an absent limit allows all. */
export interface Sender {
  id: string;
  /** Exact sources. */
  sources?: string[];
  /** Exact types, or `transaction.*`. */
  types?: string[];
  /** The one legal entity or brand it speaks for. */
  entity?: string;
}

export type Verdict = { ok: true; secret: Sender } | { ok: false; code: SignatureRefusalCode };

export interface Verifier {
  verify(request: InboundRequest): Verdict | Promise<Verdict>;
}

/** What a scheme is lent. `http` follows no redirects and never throws. */
export type VerifierTools = Pick<AdapterTools, 'http'>;

/** Answers who sent it. @throws SignatureRefused */
export type Proof = (request: InboundRequest) => Sender | Promise<Sender>;

/** `Settings` is the scheme's own part of schemas/signature.schema.json, checked before. */
export interface Scheme<Settings> {
  name: string;
  create(settings: Settings, tools: VerifierTools): Proof;
}

/** What each scheme's settings begin with. */
export interface SignatureSettings {
  scheme: string;
  /** Addresses and networks that may send at all, besides what the scheme asks. */
  addresses?: string[];
  /** Our own proxies, whose X-Forwarded-For is believed for `addresses`. */
  proxies?: string[];
  [setting: string]: unknown;
}
