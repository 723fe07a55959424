/** `sources.<name>.signature`: held to its scheme's part of schemas/signature.schema.json and to what a schema cannot say, and shown masked. */
import schema from '../../schemas/signature.schema.json' with { type: 'json' };
import { MASK, maskSensitive } from '../registry/mask-sensitive.js';
import { compileSchema, findMistakes, type Mistake } from '../registry/schema-check.js';
import { addressMistakes } from './address-mistakes.js';
import { certificateMistakes, userMistakes } from './certificate-mistakes.js';
import { unknownKey } from './check-schema.js';
import { hmacMistakes } from './hmac-mistakes.js';
import { secretMistakes } from './source-secret-mistakes.js';

type Settings = Record<string, unknown>;

const PARTS = schema.$defs as Record<string, { properties?: object }>;
const NAMES: readonly string[] = schema.properties.scheme.enum;

/** What a schema cannot say. */
const CHECKS: readonly ((settings: Settings, path: string) => Mistake[])[] = [
  addressMistakes,
  secretMistakes,
  hmacMistakes,
  certificateMistakes,
  userMistakes,
];

/** Every mistake, those of other checks too where the schema has some already. `path`: `sources.core.signature`. */
export function signatureMistakes(signature: unknown, path: string): Mistake[] {
  if (typeof signature !== 'object' || signature === null || Array.isArray(signature))
    return [{ path, message: 'must be an object with a "scheme"' }];
  const settings = signature as Settings;
  const part = partOf(settings.scheme);
  if (part === undefined) return [{ path: `${path}.scheme`, message: `must be one of ${NAMES.join(', ')}` }];
  const found = schemaMistakes(part, settings, path);
  const known = new Set(found.map((mistake) => mistake.path));
  const more = CHECKS.flatMap((check) => check(settings, path));
  return [...found, ...more.filter((mistake) => !known.has(mistake.path))];
}

/** Safe to show. What is no known scheme is shown by name only. */
export function maskedSignature(signature: Settings): Settings {
  const part = partOf(signature.scheme);
  if (part === undefined) return Object.fromEntries(Object.keys(signature).map((key) => [key, MASK]));
  return maskSensitive(part, signature) as Settings;
}

/** A scheme's own schema, with the definitions that it shares with others. */
function partOf(scheme: unknown): Settings | undefined {
  if (!NAMES.includes(scheme as string)) return undefined;
  return { $schema: schema.$schema, $defs: schema.$defs, $ref: `#/$defs/${scheme}` };
}

const compiled = new Map<string, ReturnType<typeof compileSchema>>();

function validatorOf(scheme: string, part: Settings): ReturnType<typeof compileSchema> {
  const validate = compiled.get(scheme) ?? compileSchema(part);
  compiled.set(scheme, validate);
  return validate;
}

function schemaMistakes(part: Settings, settings: Settings, path: string): Mistake[] {
  const known = Object.keys(PARTS[settings.scheme as string]?.properties ?? {});
  return findMistakes(validatorOf(String(settings.scheme), part), settings, path).map((mistake) => {
    const written = mistake.path.slice(path.length + 1);
    const isUnknown = Object.hasOwn(settings, written) && !known.includes(written);
    return isUnknown ? { path: mistake.path, message: unknownKey(written, known) } : mistake;
  });
}
