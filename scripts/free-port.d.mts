/** A port of loopback that was free a moment ago. Prefer listening on port 0 where the server under test allows it. */
export function freePort(): Promise<number>;
