/** `npm run bench`: every part in order, or those that are named. */
import { growth } from './costs/growth.js';
import { idle } from './costs/idle.js';
import { sealing } from './costs/sealing.js';
import { evaluation } from './evaluation/evaluation.js';
import { mariadbServer } from './harness/databases.js';
import { describeMachine } from './harness/machine.js';
import { readSettings, type Settings } from './harness/settings.js';
import { ingestion } from './ingestion/ingestion.js';
import { otp } from './otp/otp.js';
import { step } from './step/step.js';

const PARTS: Record<string, (settings: Settings) => Promise<void>> = {
  evaluation,
  step,
  ingestion,
  sealing,
  idle,
  growth,
  otp,
};

// Every worker is ended with this process.
process.setMaxListeners(0);

const settings = readSettings(process.argv.slice(2));
const unknown = settings.parts.filter((name) => PARTS[name] === undefined);
if (unknown.length > 0)
  throw new Error(`no part is called ${unknown.join(' or ')}; there are ${Object.keys(PARTS).join(', ')}`);

for (const line of describeMachine(mariadbServer()?.version)) console.log(line);
for (const [name, part] of Object.entries(PARTS)) {
  if (settings.parts.length > 0 && !settings.parts.includes(name)) continue;
  const began = performance.now();
  await part(settings);
  console.log(`\n(${name}: ${((performance.now() - began) / 1000).toFixed(0)} s)`);
}
