/** Links and numbers in the bank's own texts: which hosts a text leads to, and whether the bank's policy lets it. */
import type { TextPolicy } from '../../contracts/rule.js';

/** With a scheme or `www.` any host counts; bare names only under the endings that a phone turns into a link most often. */
const LINK =
  /(?:https?:\/\/|\bwww\.)([a-z0-9.-]+)|(?<![@a-z0-9.-])((?:[a-z0-9-]+\.)+(?:com|net|org|eu|ee|lv|lt|fi|se|no|dk|cz|sk|pl|de|fr|es|it|nl|uk|ie|us|ca|io|app|link|info|biz|bank|me|ly|co|example))\b/gi;
const PHONE = /(?:\+|\b)\d(?:[ ()./-]?\d){6,}\b/g;

/** Hosts in lower case, each once; a link without a host counts as one that nothing allows. */
export function hostsIn(text: string): string[] {
  const hosts = [...text.matchAll(LINK)].map(([, linked, bare]) => (linked ?? bare ?? '').toLowerCase());
  return [...new Set(hosts.map((host) => host.replace(/^www\.|[.-]+$/g, '')))];
}

export function phonesIn(text: string): string[] {
  return [...text.matchAll(PHONE)].map(([phone]) => phone);
}

/** Where a text is going; what is not known yet is not asked about. */
export interface Destination {
  entity?: string;
  /** ISO 3166, of the recipient's number. */
  country?: string;
}

export function isLinkAllowed(policy: TextPolicy | undefined, host: string, to: Destination = {}): boolean {
  return (policy?.links ?? []).some(({ hosts, countries, entities }) => {
    if (to.country !== undefined && countries !== undefined && !countries.includes(to.country)) return false;
    if (to.entity !== undefined && entities !== undefined && !entities.includes(to.entity)) return false;
    return hosts.some((allowed) => host === allowed || host.endsWith(`.${allowed}`));
  });
}

export function isPhoneAllowed(policy: TextPolicy | undefined, phone: string): boolean {
  const digits = phone.replace(/[^\d+]/g, '');
  return (policy?.phones ?? []).some((allowed) => digits === allowed || digits === allowed.slice(1));
}
