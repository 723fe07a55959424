/** `parameter`: the rule's own limit, or the customer's where the rule lets them choose. */
import { LedgerbellError } from '../../contracts/errors.js';
import type { Parameter } from '../../contracts/rule.js';
import type { Accessor, FactDefinition } from '../rules/frame.js';

export const parameter: FactDefinition = {
  name: 'parameter',
  description: "One of the rule's parameters: the customer's own value, else the default",
  paths: {},
  accessor: ({ params, parameter: find, topic }) => {
    const name = typeof params.name === 'string' ? params.name : '';
    const definition = find(name);
    if (definition === undefined) {
      throw new LedgerbellError(
        'parameter-unknown',
        `The rule has no parameter "${name}": declare it under "parameters"`,
      );
    }
    return accessParameter(definition, topic, name);
  },
};

/** Also what message texts show. */
export function accessParameter(definition: Parameter, topic: string, name: string): Accessor {
  const kind = definition.type === 'money' ? 'money' : 'plain';
  if (definition.customerMayChange === undefined) {
    return { kind, perRecipient: false, constant: definition.default, read: () => definition.default };
  }
  return {
    kind,
    perRecipient: true,
    usual: definition.default,
    read: (frame) => frame.recipient?.preferences.topics?.[topic]?.parameters?.[name] ?? definition.default,
  };
}
