/** What the bank refuses to do, in words for its customer. */
export class Refused extends Error {}
