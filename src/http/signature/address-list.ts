/** Lists of addresses and networks (CIDR), and whose address a request is from. */
import { BlockList, isIP } from 'node:net';
import { headerValues } from './raw-header.js';
import type { InboundRequest } from './schemes/scheme.js';

export interface AddressList {
  /** False for what is no address at all. */
  has(address: string | undefined): boolean;
}

/** @param entries checked: `10.0.0.7`, `10.0.0.0/8`, `2001:db8::/32` */
export function addressList(entries: readonly string[]): AddressList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return {
    has(written) {
      const address = plainAddress(written);
      const version = isIP(address);
      return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
    },
  };
}

/**
 * The address of who asks. Behind our own proxies it is the last one of X-Forwarded-For that is no proxy of ours: what stands
 * before it was written by the caller and means nothing.
 */
export function callerAddress(request: InboundRequest, proxies: AddressList | undefined): string | undefined {
  const { remoteAddress, rawHeaders } = request;
  if (proxies === undefined || !proxies.has(remoteAddress)) return remoteAddress;
  const hops = headerValues(rawHeaders, 'x-forwarded-for').flatMap((value) => value.split(','));
  return hops
    .map((hop) => hop.trim())
    .reverse()
    .find((hop) => !proxies.has(hop));
}

/** IPv4 as a socket for both families shows it, ::ffff:10.0.0.7. */
function plainAddress(written: string | undefined): string {
  return (written ?? '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
