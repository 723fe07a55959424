/**
 * A client's certificate, checked by a proxy of ours that ends TLS and tells in a header whose it was. Anybody can send such a
 * header: it is believed only of the proxies' own addresses.
 */
import { addressList } from '../address-list.js';
import { onlyHeader } from '../raw-header.js';
import { findConstantly, sameSecret } from '../same-text.js';
import { SignatureRefused } from '../signature-refused.js';
import type { Scheme, Sender } from './scheme.js';

export interface MutualTlsHeaderSettings {
  proxies: string[];
  /** Where the proxy writes the fingerprint or the subject. */
  header: string;
  /** Where it writes that the certificate was issued by one it trusts; needed with subjects, which anybody can write into a certificate. */
  verified?: { header: string; value: string };
  /** As the proxy writes it, character by character. Several while a certificate is renewed. */
  certificates: (Sender & { fingerprint?: string; subject?: string })[];
}

export const mutualTlsHeader: Scheme<MutualTlsHeaderSettings> = {
  name: 'mutual-tls-header',
  create({ proxies, header, verified, certificates }) {
    const ours = addressList(proxies);
    const known = certificates.map(({ fingerprint, subject, ...sender }) => ({
      sender,
      expected: fingerprint ?? subject ?? '',
    }));
    return (request) => {
      if (!ours.has(request.remoteAddress)) throw new SignatureRefused('address-not-allowed');
      const given = onlyHeader(request, header.toLowerCase());
      const isVerified =
        verified === undefined || onlyHeader(request, verified.header.toLowerCase()) === verified.value;
      const found = findConstantly(known, ({ expected }) => sameSecret(given, expected));
      if (found === undefined || !isVerified) throw new SignatureRefused('credentials-invalid');
      return found.sender;
    };
  },
};
