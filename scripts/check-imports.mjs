// Holds the layers apart: contracts <- core <- store <- flows <- http, jobs <- app <- index, cli. Production code never
// imports tests, adapters see only the contracts, and core stays pure. Usage: node scripts/check-imports.mjs [folder]
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

const manifests = ['plugin.json', 'package.json'];
const inner = [
  ...manifests,
  'contracts',
  'core',
  'store',
  'flows',
  'http',
  'jobs',
  'registry',
  'config',
  'adapters',
  'schemas',
  'metrics',
];

/** `uses`: layers it may import, besides itself. `types`: only their types. `libraries`: the only packages it may import. */
const layers = {
  contracts: { uses: [], libraries: [] },
  core: {
    uses: ['contracts', 'schemas'],
    // Pure ones only: no I/O, no clock, no randomness.
    libraries: ['@noble/hashes', 'ajv', 'ajv-formats', 'currency-codes', 'json-rules-engine'].concat([
      '@jmespath-community/jmespath',
      'fast-xml-parser',
      'i18n-iso-countries',
      'jsonc-parser',
      'libphonenumber-js',
      'liquidjs',
      'lossless-json',
      'lru-cache',
      'luxon',
      're2js',
      'secure-json-parse',
    ]),
  },
  store: { uses: ['contracts', 'core'] },
  flows: { uses: ['contracts', 'core', 'store', 'registry', 'schemas'] },
  http: { uses: ['contracts', 'core', 'flows', 'schemas'], types: ['store'] },
  jobs: { uses: ['contracts', 'core', 'flows', 'registry'], types: ['store'] },
  registry: { uses: ['contracts', 'core', 'adapters', 'schemas', ...manifests] },
  config: { uses: ['contracts', 'core', 'registry', 'schemas', ...manifests] },
  metrics: { uses: ['contracts', 'core', 'store', 'flows'] },
  adapters: { uses: ['contracts'] },
  schemas: { uses: [] },
  app: { uses: inner },
  outside: { uses: [...inner, 'app'] },
};

/** Each of these libraries has one home; elsewhere only its types may be named. */
const homes = { knex: ['store'], mysql2: ['store'], 'better-sqlite3': ['store'], 'node-cron': ['jobs'] };
homes.express = ['http', 'app', 'outside'];

const imports =
  /^[ \t]*(?:import|export)\b(\s+type\b)?(?:[^'"`;]*?\bfrom)?\s*(['"])([^'"\n]+)\2|\b(?:import|require)\(\s*(['"])([^'"\n]+)\4/gm;
const impure =
  /\b(?:Date\.now|new Date\(\)|Math\.random|performance\.|process\.|console\.|crypto\.|fetch\(|setTimeout\()/g;

const root = resolve(process.argv[2] ?? '.');
const found = ['src', 'adapters', 'bench'].flatMap(filesBelow).flatMap(violations);
for (const violation of found) console.error(violation);
if (found.length > 0)
  console.error(`${found.length} imports run the wrong way; the table is in scripts/check-imports.mjs`);
process.exitCode = found.length > 0 ? 1 : 0;

function filesBelow(folder) {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => /\.[mc]?[jt]s$/.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
}

function violations(file) {
  const layer = layerOf(file);
  // Comments become blanks of the same length, so that line numbers stay true.
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, (all) =>
    all.replace(/[^\n]/g, ' '),
  );
  const at = (index) => `${relative(root, file)}:${text.slice(0, index).split('\n').length}`;
  const wrong = layers[layer] || layer === 'bench' ? [] : [`${relative(root, file)}: no layer is called ${layer}`];
  for (const { index, 1: type, 3: stated, 5: called } of text.matchAll(imports)) {
    const complaint = judge(layer, file, stated ?? called, Boolean(type));
    if (complaint) wrong.push(`${at(index)}: ${layer} may not import ${complaint}`);
  }
  if (layer !== 'core') return wrong;
  return wrong.concat([...text.matchAll(impure)].map(({ 0: what, index }) => `${at(index)}: core may not use ${what}`));
}

/** What is wrong with one import, in words, or undefined. */
function judge(layer, file, specifier, isType) {
  const { uses, types = [], libraries } = layers[layer] ?? { uses: Object.keys(layers) };
  if (specifier.startsWith('.')) {
    const target = layerOf(resolve(dirname(file), specifier));
    const allowed = target === layer || uses.includes(target) || (isType && types.includes(target));
    return allowed ? undefined : `${target} (${specifier})`;
  }
  const library = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  if (libraries && !libraries.includes(library)) return specifier;
  const strays = homes[library] && layers[layer] && !isType && !homes[library].includes(layer);
  return strays ? `${specifier}, which belongs to ${homes[library].join(', ')}` : undefined;
}

function layerOf(path) {
  const [top, second, ...rest] = relative(root, path).split(sep);
  if (top !== 'src') return top;
  if (rest.length > 0) return second === 'cli' ? 'outside' : second;
  return /^(index|cli)\./.test(second) ? 'outside' : 'app';
}
