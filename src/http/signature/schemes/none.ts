/**
 * No proof at all, for platforms that sign nothing. Only the addresses of the configuration are let in, and
 * the configuration has to say that it knows what that means.
 */
import type { Scheme, Sender } from './scheme.js';

export interface NoneSettings extends Partial<Sender> {
  /** Checked by the schema; nothing else would be an acknowledgement. */
  acknowledge: 'anyone-who-reaches-this-address-can-post';
  /** Required here; held to by `createVerifier`, as with every scheme. */
  addresses: string[];
}

export const none: Scheme<NoneSettings> = {
  name: 'none',
  create({ id = 'unsigned', sources, types, entity }) {
    const sender = { id, sources, types, entity };
    return () => sender;
  },
};
