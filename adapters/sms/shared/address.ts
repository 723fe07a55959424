/** A path after a base address of the configuration, with or without a slash at its end. */
export function addressOf(baseUrl: string, path: string): string {
  return `${baseUrl.replace(/\/+$/, '')}${path}`;
}

/** Letters and digits as providers of alphanumeric senders take them; a number, with or without `+`, is none. */
export function isAlphanumericSender(sender: string): boolean {
  return !/^\+?\d+$/.test(sender);
}

/** E.164 without its `+`, as many providers write it. */
export function withoutPlus(number: string): string {
  return number.replace(/^\+/, '');
}

/** Digits as providers write them, back in E.164 with `+`; undefined for what cannot be a number. */
export function toE164(number: string | undefined): string | undefined {
  const digits = /^\+?([1-9]\d{5,14})$/.exec(number ?? '')?.[1];
  return digits === undefined ? undefined : `+${digits}`;
}
