/** Everything the doctor looks at, in this order. A check that breaks is a finding itself and stops no other. */
import { checkCallbacks } from './check-callbacks.js';
import { checkClock } from './check-clock.js';
import { checkDatabase } from './check-database.js';
import { checkDisk } from './check-disk.js';
import { checkDurability } from './check-durability.js';
import { checkEndpoints } from './check-endpoints.js';
import { checkPrivileges } from './check-privileges.js';
import { checkProviders } from './check-providers.js';
import { checkRules } from './check-rules.js';
import { checkSecretFiles } from './check-secret-files.js';
import { checkStreams } from './check-streams.js';
import { checkTimeZones } from './check-time-zones.js';
import { type Check, type Finding, fail, type Surroundings } from './finding.js';

/** A new check is a file here and one line. */
export const CHECKS: readonly { name: string; run: Check }[] = [
  { name: 'database', run: checkDatabase },
  { name: 'durability', run: checkDurability },
  { name: 'privileges', run: checkPrivileges },
  { name: 'disk', run: checkDisk },
  { name: 'secrets', run: checkSecretFiles },
  { name: 'time zones', run: checkTimeZones },
  { name: 'rules', run: checkRules },
  { name: 'providers', run: checkProviders },
  { name: 'callbacks', run: checkCallbacks },
  { name: 'webhooks', run: checkEndpoints },
  { name: 'streams', run: checkStreams },
  // Last: it compares what the others heard.
  { name: 'clock', run: checkClock },
];

export async function runDoctor(around: Surroundings): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, run } of CHECKS) {
    const found = await run(around).catch((error: unknown) => {
      const { code } = (error ?? {}) as { code?: unknown };
      const said = typeof code === 'string' ? ` (${code})` : '';
      return [fail(name, `could not be looked at${said}`, 'See the other findings first; --debug tells where')];
    });
    findings.push(...found.map((one) => ({ check: name, ...one })));
  }
  return findings;
}
