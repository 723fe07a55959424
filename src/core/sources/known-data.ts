/** Whether an event template names what its type requires. Other names are welcome: rules may read them. */
import common from '../../../schemas/events/common.json' with { type: 'json' };
import type { EventTemplate } from '../../contracts/source.js';
import { eventValidator } from '../event/event-schemas.js';
import type { MappingMistake } from './expression/mapping-mistake.js';

interface Schema {
  required?: readonly string[];
  $ref?: string;
}

export function unknownData({ type, data }: EventTemplate, at: string): MappingMistake[] {
  return requiredOf((eventValidator(type)?.schema ?? {}) as Schema)
    .filter((key) => !Object.hasOwn(data, key))
    .map((key) => ({ at: `${at}/data`, message: `${type} requires ${key}` }));
}

/** What a schema requires by itself and by what it refers to. */
function requiredOf({ required = [], $ref }: Schema): string[] {
  const name = $ref?.split('/').at(-1) as keyof typeof common.$defs | undefined;
  return [...required, ...(name === undefined ? [] : requiredOf(common.$defs[name] as Schema))];
}
