/** A secret in a header that is the same with every request: all that some platforms, and proxies before others, can send. */
import { onlyHeader } from '../raw-header.js';
import { findConstantly, sameSecret } from '../same-text.js';
import { SignatureRefused } from '../signature-refused.js';
import type { SecretEntry } from '../source-secrets.js';
import type { Scheme } from './scheme.js';

export interface StaticHeaderSettings {
  header: string;
  /** Before the secret: `Bearer `. */
  prefix?: string;
  secrets: SecretEntry[];
}

export const staticHeader: Scheme<StaticHeaderSettings> = {
  name: 'static-header',
  create({ header, prefix = '', secrets }) {
    const name = header.toLowerCase();
    const known = secrets.map((entry, index) => {
      if (typeof entry === 'string') return { sender: { id: `secret-${index + 1}` }, expected: prefix + entry };
      const { secret, ...sender } = entry;
      return { sender, expected: prefix + secret };
    });
    return (request) => {
      const given = onlyHeader(request, name);
      const found = findConstantly(known, ({ expected }) => sameSecret(given, expected));
      if (found === undefined) throw new SignatureRefused('credentials-invalid');
      return found.sender;
    };
  },
};
