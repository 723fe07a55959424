/** What the event schemas say of one data path: whether it is listed, required, and what its values look like. */
import common from '../../../schemas/events/common.json' with { type: 'json' };
import { eventValidator } from '../event/event-schemas.js';
import type { Annotated } from '../event/schema-annotations.js';

export interface PathSchema extends Annotated {
  type?: string;
  enum?: readonly string[];
  pattern?: string;
}

/** The schema of `merchant.country` in events of this type; undefined where the type does not list it. */
export function schemaAt(type: string, path: string): PathSchema | undefined {
  let found: Annotated[] = partsOf(eventValidator(type)?.schema as Annotated | undefined);
  for (const segment of path.split('.')) {
    const properties = found.map((part) => part.properties?.[segment]).filter((part) => part !== undefined);
    found = properties.flatMap(partsOf);
  }
  // What stands first is closest to the type.
  return found.length === 0 ? undefined : Object.assign({}, ...found.toReversed());
}

/** Whether every event of this type has it. */
export function isRequired(type: string, path: string): boolean {
  let found: Annotated[] = partsOf(eventValidator(type)?.schema as Annotated | undefined);
  for (const segment of path.split('.')) {
    if (!found.some((part) => (part.required as string[] | undefined)?.includes(segment))) return false;
    found = found
      .map((part) => part.properties?.[segment])
      .filter((part) => part !== undefined)
      .flatMap(partsOf);
  }
  return true;
}

/** Every path the type lists, those that hold others included. */
export function pathsOf(type: string): string[] {
  return pathsWithin(partsOf(eventValidator(type)?.schema as Annotated | undefined), '');
}

function pathsWithin(parts: readonly Annotated[], prefix: string): string[] {
  return parts.flatMap((part) =>
    Object.entries(part.properties ?? {}).flatMap(([key, property]) => [
      prefix + key,
      ...pathsWithin(partsOf(property), `${prefix}${key}.`),
    ]),
  );
}

/** A schema and all that it refers to in the common schema. */
function partsOf(schema: Annotated | undefined): Annotated[] {
  if (schema === undefined) return [];
  const name = schema.$ref?.slice(schema.$ref.lastIndexOf('/') + 1);
  const referred = name === undefined ? undefined : (common.$defs as Record<string, Annotated>)[name];
  return [schema, ...partsOf(referred)];
}
