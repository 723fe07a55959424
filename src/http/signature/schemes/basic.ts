/** HTTP Basic (RFC 7617), as Marqeta sends: a name and a password with every request, which cover neither its body nor its time. */
import { onlyHeader } from '../raw-header.js';
import { findConstantly, sameSecret } from '../same-text.js';
import { SignatureRefused } from '../signature-refused.js';
import type { Scheme, Sender } from './scheme.js';

export interface BasicSettings {
  /** Several while a password rotates. */
  users: (Partial<Sender> & { username: string; password: string })[];
}

export const basic: Scheme<BasicSettings> = {
  name: 'basic',
  create({ users }) {
    const known = users.map(({ username, password, id, ...limits }, index) => ({
      sender: { id: id ?? `user-${index + 1}`, ...limits },
      expected: `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`,
    }));
    return (request) => {
      const given = onlyHeader(request, 'authorization');
      const user = findConstantly(known, ({ expected }) => sameSecret(given, expected));
      if (user === undefined) throw new SignatureRefused('credentials-invalid');
      return user.sender;
    };
  },
};
