/** A mapping document, already held to its schema, is compiled once. Every mistake is told at once, with its place. */
import type {
  AccountTemplate,
  CaseTemplate,
  CustomerTemplate,
  Derivation,
  EventTemplate,
  FetchTemplate,
  MappingDocument,
} from '../../contracts/source.js';
import type {
  CompiledCase,
  CompiledEvent,
  CompiledFetch,
  CompiledMapping,
  CompiledRegistration,
  Placed,
} from './compiled-mapping.js';
import { compileExpression, type Expression } from './expression/compile-expression.js';
import { ExpressionMistake, type MappingMistake } from './expression/mapping-mistake.js';
import { isZone } from './functions/zone.js';
import { unknownData } from './known-data.js';
import { compileTemplate, pointerStep } from './template.js';

/** What every expression may read by name. `$each` is the name of the item's list, `$index` its place in it, `$item` itself. */
export const GIVEN_VARIABLES = ['body', 'headers', 'query', 'parameters', 'received', 'name'] as const;
const OF_AN_ITEM = ['each', 'index', 'item'] as const;

export interface MappingCompilation {
  mapping: CompiledMapping;
  mistakes: MappingMistake[];
}

interface Compiler {
  mistakes: MappingMistake[];
  expression(text: string, at: string): Expression | undefined;
  placed(text: string, at: string): Placed;
  optional(text: string | undefined, at: string): { when?: Placed };
}

const NOTHING: Expression = { text: '', evaluate: () => null };

/** What is compiled of a mapping with mistakes is of no use but for finding more of them. */
export function compileMapping(document: MappingDocument): MappingCompilation {
  const mistakes: MappingMistake[] = [];
  const lets = Object.entries(document.let ?? {});
  const given = new Set<string>(GIVEN_VARIABLES);
  const ofItem = new Set<string>([...given, ...OF_AN_ITEM]);
  const all = new Set([...ofItem, 'fetched']);
  const outer = compilerFor(given, mistakes);
  const named: CompiledMapping['lets'] = [];
  // Fetches come before `let`, so that what was fetched can be named.
  const fetches = (document.fetch ?? []).map((one, index) =>
    fetchOf(one, `/fetch/${index}`, compilerFor(ofItem, mistakes)),
  );
  for (const [name, text] of lets) {
    const at = `/let/${pointerStep(name)}`;
    if (all.has(name)) mistakes.push({ at, message: `$${name} is taken already` });
    named.push({ name, value: compilerFor(new Set(all), mistakes).placed(text, at) });
    all.add(name);
  }
  const inner = compilerFor(all, mistakes);
  const mapping: CompiledMapping = {
    document,
    tables: {
      codes: new Map(
        Object.entries(document.codes ?? {}).map(([name, table]) => [name, new Map(Object.entries(table))]),
      ),
      zones: new Map(Object.entries(document.zones ?? {}).map(([name, zone]) => [name.toUpperCase(), zone])),
    },
    ...(document.each === undefined ? {} : { each: eachOf(document.each, outer) }),
    lets: named,
    fetches,
    ...(document.source === undefined ? {} : { source: inner.placed(document.source, '/source') }),
    ...(document.entity === undefined ? {} : { entity: inner.placed(document.entity, '/entity') }),
    cases: document.cases.map((one, index) => caseOf(one, `/cases/${index}`, inner)),
  };
  mistakes.push(...documentMistakes(document));
  return { mapping, mistakes };
}

function compilerFor(variables: ReadonlySet<string>, mistakes: MappingMistake[]): Compiler {
  const expression = (text: string, at: string): Expression | undefined => {
    try {
      return compileExpression(text, variables);
    } catch (error) {
      if (!(error instanceof ExpressionMistake)) throw error;
      mistakes.push({ at, message: error.message });
      return undefined;
    }
  };
  const placed = (text: string, at: string): Placed => ({ at, expression: expression(text, at) ?? NOTHING });
  const optional = (text: string | undefined, at: string) =>
    text === undefined ? {} : { when: placed(text, `${at}/when`) };
  return { mistakes, expression, placed, optional };
}

function eachOf(each: NonNullable<MappingDocument['each']>, compiler: Compiler): CompiledMapping['each'] {
  if (typeof each === 'string') return [{ items: compiler.placed(each, '/each') }];
  return Object.entries(each).map(([name, text]) => ({
    name,
    items: compiler.placed(text, `/each/${pointerStep(name)}`),
  }));
}

function fetchOf(one: FetchTemplate, at: string, compiler: Compiler): CompiledFetch {
  return {
    name: one.name,
    ...compiler.optional(one.when, at),
    path: compiler.placed(one.path, `${at}/path`),
    method: one.method ?? 'GET',
    ...(one.body === undefined ? {} : { body: compileTemplate(one.body, `${at}/body`, compiler.expression) }),
    credentials: one.credentials,
    cacheSeconds: one.cacheSeconds ?? 0,
    onFailure: one.onFailure ?? 'retry',
  };
}

function caseOf(one: CaseTemplate, at: string, compiler: Compiler): CompiledCase {
  return {
    name: one.name,
    ...compiler.optional(one.when, at),
    ...(one.ignore === undefined ? {} : { ignore: one.ignore }),
    customers: (one.customers ?? []).map((entry, index) => registrationOf(entry, `${at}/customers/${index}`, compiler)),
    accounts: (one.accounts ?? []).map((entry, index) => registrationOf(entry, `${at}/accounts/${index}`, compiler)),
    events: (one.events ?? []).map((event, index) => eventOf(event, `${at}/events/${index}`, compiler)),
  };
}

function registrationOf(one: CustomerTemplate | AccountTemplate, at: string, compiler: Compiler): CompiledRegistration {
  return {
    ...compiler.optional(one.when, at),
    id: compiler.placed(one.id, `${at}/id`),
    existing: one.existing ?? 'fill',
    document: compileTemplate(one.document, `${at}/document`, compiler.expression),
  };
}

function eventOf(one: EventTemplate, at: string, compiler: Compiler): CompiledEvent {
  compiler.mistakes.push(...unknownData(one, at));
  return {
    ...(one.each === undefined ? {} : { each: compiler.placed(one.each, `${at}/each`) }),
    ...compiler.optional(one.when, at),
    type: one.type,
    id: idOf(one.id, `${at}/id`, compiler),
    time: compiler.placed(one.time, `${at}/time`),
    timeIsReceived: one.time.trim() === '$received',
    ...(one.learn === undefined ? {} : { learn: compiler.placed(one.learn, `${at}/learn`) }),
    data: compileTemplate(one.data, `${at}/data`, compiler.expression),
  };
}

function idOf(id: string | Derivation, at: string, compiler: Compiler): CompiledEvent['id'] {
  if (typeof id === 'string') return compiler.placed(id, at);
  return { at, sha256: id.sha256.map((text, index) => compiler.placed(text, `${at}/sha256/${index}`)) };
}

/** What is kept of Avro in quarantine is its JSON, which has to be read once more. */
function avroMistakes({ body, avro }: Pick<MappingDocument, 'body' | 'avro'>): MappingMistake[] {
  if (!body.includes('avro')) {
    return avro === undefined ? [] : [{ at: '/avro', message: 'it is of no use: `body` does not have "avro"' }];
  }
  const mistakes: MappingMistake[] = [];
  if (avro === undefined) mistakes.push({ at: '/avro', message: 'is missing: `body` has "avro"' });
  if (!body.includes('json'))
    mistakes.push({ at: '/body', message: 'needs "json" beside "avro": what is refused is kept as JSON' });
  return mistakes;
}

/** What the schema cannot say. */
function documentMistakes({ cases, fetch = [], zones = {}, ...rest }: MappingDocument): MappingMistake[] {
  const mistakes: MappingMistake[] = avroMistakes(rest);
  const names = new Set<string>();
  for (const [index, { name, when }] of cases.entries()) {
    if (names.has(name)) mistakes.push({ at: `/cases/${index}/name`, message: `another case is called ${name}` });
    names.add(name);
    if (when === undefined && index < cases.length - 1) {
      mistakes.push({
        at: `/cases/${index}`,
        message: 'it has no `when` and takes everything: the cases after it never run',
      });
    }
  }
  const fetches = fetch.map(({ name }) => name);
  for (const [index, name] of fetches.entries()) {
    if (fetches.indexOf(name) < index)
      mistakes.push({ at: `/fetch/${index}/name`, message: `another fetch is called ${name}` });
  }
  for (const [name, zone] of Object.entries(zones)) {
    if (!isZone(zone))
      mistakes.push({
        at: `/zones/${pointerStep(name)}`,
        message: 'is neither an IANA name nor an offset such as -07:00',
      });
  }
  return mistakes;
}
