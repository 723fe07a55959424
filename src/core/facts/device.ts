/** `device`: whether this device was seen before. The first one of a profile is learned, not alarmed. */
import { deviceOf } from '../profile/places.js';
import type { FactDefinition, Frame } from '../rules/frame.js';
import { plain } from './data.js';

export const device: FactDefinition = {
  name: 'device',
  description: 'The device used: `known` before, or `new` (unknown for the first device ever seen)',
  paths: { id: 'text', known: 'boolean', new: 'boolean' },
  accessor: ({ path }) => {
    switch (path[0]) {
      case 'known':
        return { kind: 'plain', perRecipient: true, read: isKnown };
      case 'new':
        return {
          kind: 'plain',
          perRecipient: true,
          read: (frame) => {
            const known = isKnown(frame);
            return known === undefined || seenBefore(frame).length === 0 ? undefined : !known;
          },
        };
      default:
        return plain((frame) => deviceOf(frame.event));
    }
  },
};

function isKnown(frame: Frame): boolean | undefined {
  const id = deviceOf(frame.event);
  return id === undefined ? undefined : seenBefore(frame).includes(id);
}

/** An account's events also know the devices its holder signed in with. */
function seenBefore(frame: Frame): readonly string[] {
  const ofCustomer = frame.event.accountId === undefined ? undefined : frame.recipient?.summary?.devices;
  return ofCustomer === undefined ? frame.profile.devices : [...frame.profile.devices, ...ofCustomer];
}
