/**
 * XML: elements are objects, or text where they hold nothing else; those of one name are a list. Attributes are `@name`, text
 * beside them `#text`. Everything is text. A document type is refused: it could define entities without end.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Value } from '../expression/value.js';
import { MappingRefused } from '../mapping-refused.js';
import { DEEPEST_BODY } from './depth.js';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  removeNSPrefix: true,
  trimValues: true,
});

/** @throws MappingRefused `mapping-body`, `mapping-too-deep` */
export function readXml(text: string): Value {
  if (/<!DOCTYPE/i.test(text)) throw malformed('The XML has a document type, which is refused.');
  checkElements(text);
  try {
    if (XMLValidator.validate(text) !== true) throw malformed();
    const value = parser.parse(text) as Value;
    return plain(value);
  } catch (cause) {
    if (cause instanceof MappingRefused) throw cause;
    throw malformed(undefined, cause);
  }
}

/** One pass: so many elements open at once are too many. Comments and CDATA are passed over. */
function checkElements(text: string): void {
  let depth = 0;
  for (let at = text.indexOf('<'); at !== -1; ) {
    const end = endOf(text, at);
    if (text[at + 1] === '/') depth -= 1;
    else if (text[at + 1] !== '!' && text[at + 1] !== '?' && text[end - 1] !== '/') depth += 1;
    if (depth > DEEPEST_BODY) throw new MappingRefused('mapping-too-deep', { at: '/body' });
    at = text.indexOf('<', end);
  }
}

/** Where the tag, comment or CDATA that begins at `at` ends. */
function endOf(text: string, at: number): number {
  const closing = text.startsWith('<!--', at) ? '-->' : text.startsWith('<![CDATA[', at) ? ']]>' : '>';
  const end = text.indexOf(closing, at + 1);
  if (end === -1) throw malformed();
  return end;
}

/** Without prototypes, and without names that mean one. */
function plain(value: unknown): Value {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value === undefined || value === null ? null : String(value);
  const made: Record<string, Value> = Object.create(null);
  for (const [key, inner] of Object.entries(value)) {
    if (key.includes('__proto__')) throw malformed('The XML has a name `__proto__`.');
    made[key] = plain(inner);
  }
  return made;
}

function malformed(message = 'The body is not XML.', cause?: unknown): MappingRefused {
  return new MappingRefused('mapping-body', { at: '/body' }, message, cause);
}
