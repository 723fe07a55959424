/**
 * Sinch's own package. It reads the version of `@sinch/sdk-core`, of which it is a part, for its `User-Agent`; alone it does not
 * load, so the one file it asks for is its own `package.json` here.
 */
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';

const WANTED = '@sinch/sdk-core/package.json';

type Resolve = (request: string, ...rest: unknown[]) => string;
const resolver = Module as unknown as { _resolveFilename: Resolve };
const require = createRequire(import.meta.url);
const original = resolver._resolveFilename;
resolver._resolveFilename = (request, ...rest) =>
  request === WANTED ? join(require.resolve('@sinch/sms'), '../../package.json') : original(request, ...rest);
export const { SmsCallbackWebhooks, SmsService } = require('@sinch/sms') as typeof import('@sinch/sms');
resolver._resolveFilename = original;
