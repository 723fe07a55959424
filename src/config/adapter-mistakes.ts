/** Holds each `sms.adapters` entry of a shipped adapter to that adapter's own schema. The bank's own ones are loaded, and checked, at start. */
import { type AdapterConfig, byName, SHIPPED_ADAPTERS, settingsOf } from '../registry/adapters.js';
import { compileSchema, findMistakes, type Mistake } from '../registry/schema-check.js';
import { unknownKey } from './check-schema.js';

export function adapterMistakes(adapters: readonly AdapterConfig[]): Mistake[] {
  const shipped = byName(SHIPPED_ADAPTERS);
  const names = adapters.map((entry) => entry?.name ?? entry?.use);
  return adapters.flatMap((entry, index) => {
    const path = `sms.adapters[${index}]`;
    if (typeof entry?.use !== 'string') return [];
    const again = { path, message: `is called "${names[index]}" like another one; give it another "name"` };
    const repeated = names.indexOf(entry.name ?? entry.use) < index ? [again] : [];
    const definition = shipped.get(entry.use);
    if (definition === undefined) return repeated;
    return [...repeated, ...settingMistakes(definition.configSchema, entry, path)];
  });
}

function settingMistakes(schema: Record<string, unknown>, entry: AdapterConfig, path: string): Mistake[] {
  const settings = settingsOf(entry);
  const known = Object.keys((schema.properties as Record<string, unknown> | undefined) ?? {});
  return findMistakes(compileSchema(schema), settings, path).map((mistake) => {
    const written = mistake.path.slice(path.length + 1);
    const isUnknown = Object.hasOwn(settings, written) && !known.includes(written);
    return isUnknown ? { path: mistake.path, message: unknownKey(written, known) } : mistake;
  });
}

/** Whether every entry's name is known before it is loaded. */
export function areNamed(adapters: readonly AdapterConfig[]): boolean {
  const shipped = byName(SHIPPED_ADAPTERS);
  return adapters.every((entry) => entry?.name !== undefined || shipped.has(entry?.use));
}

/** Where each adapter processes messages under its settings; undefined for the bank's own, and where the settings are wrong. */
export function knownPlaces(adapters: readonly AdapterConfig[]): Map<string, readonly string[] | undefined> {
  const shipped = byName(SHIPPED_ADAPTERS);
  return new Map(
    adapters.map((entry) => {
      const definition = shipped.get(entry?.use);
      const isRight = definition !== undefined && settingMistakes(definition.configSchema, entry, '').length === 0;
      const places = isRight ? definition.processesIn(settingsOf(entry) as never) : undefined;
      return [String(entry?.name ?? entry?.use), places];
    }),
  );
}
