/** A Kannel-like gateway at the edge of the world: takes every message and remembers which alert it was for. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SmsGateway {
  url: string;
  /** How often each alert was taken, by alert id. */
  taken: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export async function startSmsGateway(): Promise<SmsGateway> {
  const taken = new Map<string, number>();
  const server = createServer((req, res) => {
    const query = new URL(req.url ?? '/', 'http://gateway').searchParams;
    const receipt = new URL(query.get('dlr-url') ?? 'http://none');
    const alertId = receipt.searchParams.get('alert') ?? 'none';
    taken.set(alertId, (taken.get(alertId) ?? 0) + 1);
    res.writeHead(202, { 'content-type': 'text/plain' }).end('0: Accepted for delivery');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
