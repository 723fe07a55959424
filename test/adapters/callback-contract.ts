/**
 * What every adapter that takes callbacks must keep: genuine ones are read, alike each time; one that was altered by a single bit,
 * lost its proof or is too old is refused as unverified, and one of an unknown form as malformed.
 */
import { expect } from 'chai';
import type { CallbackRequest } from '../../src/contracts/adapter.js';
import { CallbackRefused } from '../../src/contracts/adapter.js';

export interface CallbackContract<News> {
  genuine: { title: string; request: CallbackRequest; news: News[] }[];
  /** Genuine as far as a proof goes, and of no form that the provider documents. */
  malformed: { title: string; request: CallbackRequest }[];
  /** Not genuine, in ways that the provider's own scheme allows for; beyond those that are tried with every adapter. */
  forged?: { title: string; request: CallbackRequest }[];
  /** How the provider signs; absent where the secret in the address is the only proof. */
  proof?: {
    /** The header it stands in, or the parameter of the form, the JSON document or the address. */
    header?: string;
    parameter?: string;
    /** Whether the signature covers the address as well. The body is always covered, where there is one. */
    address?: boolean;
    /** The first genuine callback, signed at this time (epoch milliseconds), and how far from now it may be. */
    signedAt?: (at: number) => CallbackRequest;
    toleranceMs?: number;
  };
}

/** A POST as a provider makes it. `address` is what the provider calls, query included. */
export function post(
  address: string,
  body: string | URLSearchParams,
  headers: Record<string, string | string[]> = {},
): CallbackRequest {
  const contentType = typeof body === 'string' ? 'application/json' : 'application/x-www-form-urlencoded';
  const url = new URL(address);
  return {
    method: 'POST',
    url: `${url.pathname}${url.search}`,
    publicUrl: address,
    query: url.searchParams,
    headers: { 'content-type': contentType, ...headers },
    body: Buffer.from(body.toString()),
  };
}

export function describeCallbacks<News>(
  what: string,
  contract: CallbackContract<News>,
  read: (request: CallbackRequest) => News[],
  now: number,
): void {
  describe(`${what}, when the provider calls back`, () => {
    const first = contract.genuine[0]?.request as CallbackRequest;
    const refused = (request: CallbackRequest): CallbackRefused => {
      try {
        read(request);
      } catch (error) {
        if (error instanceof CallbackRefused) return error;
        throw error;
      }
      return expect.fail('it was taken for genuine');
    };
    const unverified = (request: CallbackRequest) =>
      expect(refused(request)).to.have.property('code', 'callback-unverified');

    for (const { title, request, news } of contract.genuine) {
      it(`are read: ${title}`, () => {
        expect(read(request)).to.deep.equal(news);
        expect(read(request), 'the same again').to.deep.equal(news);
      });
    }
    for (const { title, request } of contract.malformed) {
      it(`are refused as malformed: ${title}`, () => {
        expect(refused(request)).to.have.property('code', 'callback-malformed');
      });
    }
    for (const { title, request } of contract.forged ?? []) {
      it(`are refused as unverified: ${title}`, () => {
        unverified(request);
      });
    }
    const { proof } = contract;
    if (proof === undefined) return;

    it('are refused when one bit of the body is not as it was signed', () => {
      for (const { request } of contract.genuine) {
        for (let at = 0; at < request.body.length; at++) {
          const body = Buffer.from(request.body);
          body[at] = (body[at] as number) ^ 1;
          // Where the signature is one of the body's own fields, the body has to be read first, and may not be readable any more.
          if (proof.parameter !== undefined) refused({ ...request, body });
          else unverified({ ...request, body });
        }
      }
    });

    if (proof.address) {
      it('are refused when one bit of the address is not as it was signed', () => {
        const { publicUrl } = first;
        for (let at = publicUrl.indexOf('?') + 1; at < publicUrl.length; at++) {
          const bytes = Buffer.from(publicUrl);
          bytes[at] = (bytes[at] as number) ^ 1;
          unverified(elsewhere(first, bytes.toString()));
        }
      });
    }

    if (proof.header !== undefined) {
      const { header } = proof;
      const signature = first.headers[header] as string;
      it('are refused when the signature is altered, missing, empty or there twice', () => {
        for (let at = 0; at < signature.length; at++) {
          // Another letter of the alphabets that signatures are written in; the last of base64 may hold unused bits.
          const other = /a/i.test(signature[at] as string) ? 'B' : 'A';
          if (at < signature.length - 3)
            unverified(withHeader(first, header, signature.slice(0, at) + other + signature.slice(at + 1)));
        }
        for (const value of [undefined, '', ' ', signature.slice(1), `${signature}A`, [signature, signature]])
          unverified(withHeader(first, header, value));
      });
    }

    if (proof.parameter !== undefined) {
      const { parameter } = proof;
      it('are refused when the signature is altered, missing or empty, and when it is there twice', () => {
        for (const change of [() => undefined, () => '', (value: string) => value.slice(1), () => '0'.repeat(64)])
          for (const { request } of contract.genuine) unverified(withParameter(request, parameter, change));
        const form = contract.genuine.find(({ request }) => isForm(request))?.request;
        if (form) refused({ ...form, body: Buffer.concat([form.body, Buffer.from(`&${parameter}=0`)]) });
      });
    }

    if (contract.genuine.some(({ request }) => isForm(request))) {
      it('are refused when a field is there twice: which one was meant would be a guess', () => {
        const form = contract.genuine.find(({ request }) => isForm(request))?.request as CallbackRequest;
        const [field] = form.body.toString().split('&');
        refused({ ...form, body: Buffer.concat([form.body, Buffer.from(`&${field}`)]) });
      });
    }

    const { signedAt, toleranceMs = 0 } = proof;
    if (signedAt !== undefined) {
      it('are refused when they were signed too long ago, or too far ahead', () => {
        read(signedAt(now - toleranceMs));
        unverified(signedAt(now - toleranceMs - 1_000));
        unverified(signedAt(now + toleranceMs + 1_000));
      });
    }
  });
}

/** The same callback, at another address. */
export function elsewhere(request: CallbackRequest, publicUrl: string): CallbackRequest {
  const url = publicUrl.replace(/^https?:\/\/[^/]*/, '');
  return { ...request, publicUrl, url, query: new URLSearchParams(url.split('?')[1]) };
}

export function withHeader(request: CallbackRequest, name: string, value: string | string[] | undefined) {
  return { ...request, headers: { ...request.headers, [name]: value } };
}

function isForm({ headers }: CallbackRequest): boolean {
  return String(headers['content-type']).startsWith('application/x-www-form-urlencoded');
}

/** Changes one parameter where it stands: in a form, a JSON document or the address. */
function withParameter(
  request: CallbackRequest,
  name: string,
  change: (value: string) => string | undefined,
): CallbackRequest {
  if (request.method === 'GET') {
    const changed = changeIn(request.query, name, change);
    return elsewhere(request, `${request.publicUrl.split('?')[0]}?${changed}`);
  }
  if (isForm(request)) {
    const changed = changeIn(new URLSearchParams(request.body.toString()), name, change);
    return { ...request, body: Buffer.from(changed.toString()) };
  }
  const document = JSON.parse(request.body.toString()) as Record<string, string>;
  const value = change(document[name] as string);
  return { ...request, body: Buffer.from(JSON.stringify({ ...document, [name]: value })) };
}

function changeIn(all: URLSearchParams, name: string, change: (value: string) => string | undefined): URLSearchParams {
  const changed = new URLSearchParams(all);
  const value = change(all.get(name) ?? '');
  if (value === undefined) changed.delete(name);
  else changed.set(name, value);
  return changed;
}
