/** Descriptions of HMAC signatures that contradict themselves, or leave the body or the time unsigned without saying so. */
import type { Mistake } from '../registry/schema-check.js';

type Settings = Record<string, unknown>;
type Check = (settings: Settings) => [setting: string, message: string][];

const DESCRIBES = 'algorithm encoding key header prefix separator repeated fields time template'.split(' ');
const NEEDS_ACKNOWLEDGEMENT =
  'is required, as "the-body-is-not-signed": whoever sees one request could send another body with its headers';

const CHECKS: readonly Check[] = [
  ({ preset, ...rest }) =>
    preset === undefined
      ? []
      : DESCRIBES.filter((name) => name in rest).map((name) => [name, 'must be absent: the preset says it']),
  ({ preset, header }) =>
    tell(preset === undefined && header === undefined, 'header', 'is required, or a "preset" that knows it'),
  ({ preset, template, acknowledge }) =>
    tell(leavesBody(preset, template) && acknowledge === undefined, 'acknowledge', NEEDS_ACKNOWLEDGEMENT),
  ({ preset, template, acknowledge }) =>
    tell(
      acknowledge !== undefined && !leavesBody(preset, template),
      'acknowledge',
      'must be absent: the body is signed',
    ),
  ({ time, template }) =>
    tell(
      time !== undefined && !signsTime(template),
      'template',
      'must have {timestamp} in it: a time that is not signed proves nothing',
    ),
  ({ time, template }) =>
    tell(signsTime(template) && time === undefined, 'time', 'is required, since the template has {timestamp}'),
  ({ time, fields }) =>
    tell(
      isObject(time) && ('header' in time ? 1 : 0) + (isObject(fields) && 'time' in fields ? 1 : 0) !== 1,
      'time',
      'must stand either in a header of its own (`time.header`) or in the one of the signature (`fields.time`)',
    ),
  ({ time, fields }) =>
    tell(
      isObject(fields) && 'time' in fields && time === undefined,
      'time',
      'is required, to say how `fields.time` is written',
    ),
  ({ fields, separator, repeated }) =>
    tell(
      [fields, separator, repeated].filter((one) => one !== undefined).length > 1,
      separator === undefined ? 'repeated' : 'separator',
      'must be absent: only one of `fields`, `separator` and `repeated` can say where several signatures stand',
    ),
];

/** Of another scheme, none. */
export function hmacMistakes(settings: Settings, path: string): Mistake[] {
  if (settings.scheme !== 'hmac') return [];
  return CHECKS.flatMap((check) => check(settings)).map(([setting, message]) => ({
    path: `${path}.${setting}`,
    message,
  }));
}

function leavesBody(preset: unknown, template: unknown): boolean {
  return preset === 'moov' || (typeof template === 'string' && !template.includes('{body}'));
}

function signsTime(template: unknown): boolean {
  return typeof template === 'string' && template.includes('{timestamp}');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function tell(wrong: boolean, setting: string, message: string): [string, string][] {
  return wrong ? [[setting, message]] : [];
}
