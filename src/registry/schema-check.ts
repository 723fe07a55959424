/** One ajv set up for our schemas: every mistake at once, the marks `sensitive` and `expects` (the end of "must be ...") understood, and never a value in a message. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';

/** `path` is dotted, as a person writes it: `sms.adapters[0].baseUrl`. */
export interface Mistake {
  path: string;
  message: string;
}

/** @throws Error when the schema itself is not one */
export function compileSchema(schema: Record<string, unknown>): ValidateFunction {
  // a fresh instance each time: two adapters may bring schemas with the same `$id`
  const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: true, strictRequired: false, strictTypes: false });
  ajv.addKeyword({ keyword: 'sensitive', schemaType: 'boolean' });
  ajv.addKeyword({ keyword: 'expects', schemaType: 'string' });
  return ajv.compile(schema);
}

export function findMistakes(validate: ValidateFunction, value: unknown, at = ''): Mistake[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => ({ path: pathOf(at, error), message: messageOf(error) }));
}

function pathOf(at: string, error: ErrorObject): string {
  const named = error.params.missingProperty ?? error.params.additionalProperty;
  const steps = error.instancePath.split('/').slice(1).map(unescapePointer);
  if (typeof named === 'string') steps.push(named);
  return steps.reduce((path, step) => (/^\d+$/.test(step) ? `${path}[${step}]` : path ? `${path}.${step}` : step), at);
}

function messageOf(error: ErrorObject): string {
  if (error.keyword === 'required') return 'is required';
  if (error.keyword === 'additionalProperties') return 'is not a setting that is known here';
  if (error.keyword === 'enum') return `must be one of ${(error.params.allowedValues as unknown[]).join(', ')}`;
  if (typeof error.parentSchema?.expects === 'string') return `must be ${error.parentSchema.expects}`;
  return error.message ?? 'is not valid';
}

function unescapePointer(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
