/** The last four characters of an account or card number: enough to know which one is meant. */

export function mask(identifier: string): string {
  const characters = Array.from(identifier).filter((character) => /[\p{L}\p{N}]/u.test(character));
  return `**** ${characters.slice(-4).join('')}`.trimEnd();
}
