/** Times as they are answered: RFC 3339, UTC. Inside they are epoch milliseconds. */
export function rfc3339(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

export function optionalTime(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : rfc3339(epochMs);
}
