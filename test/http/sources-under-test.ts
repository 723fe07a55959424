/** A service that takes platforms' own webhooks, with mappings written in the test, on a real database and real HTTP. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MappingDocument } from '../../src/contracts/source.js';
import { compileMapping } from '../../src/core/sources/compile-mapping.js';
import type { ReadySource } from '../../src/flows/sources/ready-source.js';
import { createVerifier, type SignatureSettings } from '../../src/http/signature/schemes/index.js';
import { createSourcesHandler } from '../../src/http/sources-handler.js';
import type { TestDatabase } from '../support/databases.js';
import { type HouseOptions, type HouseUnderTest, openHouse } from '../support/house.js';

export const TOKEN = 'a-token-of-the-test';
const SIGNATURE: SignatureSettings = { scheme: 'static-header', header: 'x-token', secrets: [TOKEN] };

/** A mapping with what every one needs filled in. */
export function mappingOf(parts: Partial<MappingDocument> & Pick<MappingDocument, 'cases'>): MappingDocument {
  return {
    name: 'core',
    title: 'Core',
    description: 'A mapping of a test',
    origin: 'Invented',
    body: ['json'],
    signature: { scheme: 'static-header' },
    ...parts,
  };
}

export function sourceOf(document: MappingDocument, more: Partial<ReadySource> = {}): ReadySource {
  const { mapping, mistakes } = compileMapping(document);
  if (mistakes.length > 0) throw new Error(JSON.stringify(mistakes));
  const memory = new Map<string, unknown>();
  return {
    name: 'core',
    mapping,
    parameters: {},
    learn: false,
    credentials: new Map(),
    secretHeaders: new Set(['x-token']),
    fetched: { get: (key) => memory.get(key) as never, set: (key, value) => void memory.set(key, value) },
    ...more,
  };
}

export interface SourcesUnderTest extends HouseUnderTest {
  sources: Map<string, ReadySource>;
  /** Posts a body as the platform; JSON unless it is text. */
  post(
    body: unknown,
    headers?: Record<string, string>,
    source?: string,
  ): Promise<{ status: number; type: string | null; text: string; body: Answer }>;
}

export interface Answer {
  accepted: number;
  duplicates: number;
  ignored: number;
  rejected: number;
  code?: string;
  results: {
    id: string;
    status: string;
    item: number;
    code?: string;
    reason?: string;
    alerts?: { rule: string; status: string }[];
  }[];
}

export async function openSources(
  kind: TestDatabase,
  sources: Map<string, ReadySource>,
  options: HouseOptions & { signature?: SignatureSettings } = {},
): Promise<SourcesUnderTest> {
  const home = await openHouse(kind, { ...options, house: { ...options.house, sources } });
  const verifier = createVerifier(options.signature ?? SIGNATURE, home.house);
  const handler = createSourcesHandler(home.house, new Map([...sources.keys()].map((name) => [name, verifier])));
  const server = createServer((req, res) => handler(req, res, /sources\/([^/]+)/.exec(req.url ?? '')?.[1] ?? ''));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/sources`;
  return {
    ...home,
    sources,
    async post(body, headers = {}, source = 'core') {
      const json = typeof body === 'string' || body instanceof Uint8Array ? undefined : JSON.stringify(body);
      const response = await fetch(`${url}/${source}/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-token': TOKEN, ...headers },
        body: json ?? (body as string),
      });
      const text = await response.text();
      const type = response.headers.get('content-type');
      return { status: response.status, type, text, body: type?.includes('json') ? JSON.parse(text) : {} };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await home.close();
    },
  };
}
