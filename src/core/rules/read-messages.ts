/** The short ways to write messages.json, made into the one form everything else reads. */
import type { MessagesDocument, MessageTexts } from '../../contracts/rule.js';

/**
 * `{ "en": "text" }` (the rule's only message), `{ "en": { "name": "text" } }` and the full
 * `{ "en": { "name": { "text": "...", "discreet": "..." } } }` all become the full form. What is none of these is left
 * out: the linter names it.
 */
export function readMessages(document: unknown, onlyMessage: string): MessagesDocument {
  const messages: MessagesDocument = {};
  for (const [locale, value] of Object.entries(isObject(document) ? document : {})) {
    if (locale === '$schema') continue;
    messages[locale] = typeof value === 'string' ? { [onlyMessage]: { text: value } } : readLocale(value);
  }
  return messages;
}

function readLocale(value: unknown): Record<string, MessageTexts> {
  const texts: Record<string, MessageTexts> = {};
  for (const [name, entry] of Object.entries(isObject(value) ? value : {})) {
    if (typeof entry === 'string') texts[name] = { text: entry };
    else if (isObject(entry) && typeof entry.text === 'string') {
      texts[name] = { text: entry.text, ...(typeof entry.discreet === 'string' ? { discreet: entry.discreet } : {}) };
    }
  }
  return texts;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
