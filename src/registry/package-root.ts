/** Where this package lies: the folder of its package.json, both from the sources and from `dist`. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LedgerbellError } from '../contracts/errors.js';

export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'plugin.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new LedgerbellError('manifest-not-found', 'plugin.json is missing from the package');
    folder = above;
  }
  return folder;
}
