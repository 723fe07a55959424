import { expect } from 'chai';
import type { JsonObject } from '../../../src/contracts/json.js';
import { lintRuleSet } from '../../../src/core/rules/lint.js';
import { fitsSchema } from '../../../src/core/rules/lint-schema.js';
import { type Problem, parseRuleFile, type RuleFile, type RuleFileKind } from '../../../src/core/rules/rule-file.js';
import { compileRuleSet, RuleSetInvalid, type RuleSetSource } from '../../../src/core/rules/rule-set.js';

const debit = { fact: 'transaction', path: '$.direction', operator: 'equal', value: 'debit' };
const TEXT = '{{ transaction.amount | money: transaction.currency }} left your account.';

// As text: an object with "then" would pass for a promise.
const CASES = `{ "cases": [
  { "name": "fires", "when": { "type": "transaction.posted", "time": "2026-06-15T12:00:00Z" }, "then": { "sms": "x" } },
  { "name": "silent", "when": { "type": "transaction.posted", "time": "2026-06-15T12:00:00Z" }, "then": { "silent": true } }
] }`;

interface Documents {
  rule: JsonObject;
  messages: JsonObject;
  cases: JsonObject;
  topics: JsonObject;
  conditions: JsonObject;
}

function sound(): Documents {
  return {
    rule: {
      name: 'big',
      description: 'A debit',
      on: ['transaction.posted'],
      topic: 'big',
      lane: 'security',
      conditions: { all: [debit] },
      fires: 'each',
      event: { type: 'sms', params: { message: 'big' } },
    },
    messages: { en: { big: { text: TEXT, discreet: TEXT } } },
    cases: JSON.parse(CASES),
    topics: { big: { consent: 'opt-out' } },
    conditions: {},
  };
}

function lint(documents: Documents): Problem[] {
  return lintRuleSet(filesOf(documents));
}

function filesOf({ rule, messages, cases, topics, conditions }: Documents): RuleFile[] {
  return [
    file('rule', 'rules/big/rule.json', rule),
    file('messages', 'rules/big/messages.json', messages),
    file('cases', 'rules/big/cases.json', cases),
    file('topics', 'rules/topics.json', topics),
    file('conditions', 'rules/conditions.json', conditions),
  ];
}

function file(kind: RuleFileKind, path: string, document: JsonObject): RuleFile {
  const parsed = parseRuleFile({ kind, file: path, folder: 'big' }, JSON.stringify(document, null, 2));
  expect(parsed.problems).to.deep.equal([]);
  return parsed.file;
}

/** The problems of the sound rule with these keys changed. */
function withRule(changes: JsonObject, shared: Partial<Documents> = {}): Problem[] {
  const documents = sound();
  return lint({ ...documents, ...shared, rule: { ...documents.rule, ...changes } });
}

function withCondition(condition: unknown, changes: JsonObject = {}, shared: Partial<Documents> = {}): Problem[] {
  return withRule({ conditions: { all: [debit, condition] } as unknown as JsonObject, ...changes }, shared);
}

function withText(text: string, changes: JsonObject = {}, discreet = 'Something happened.'): Problem[] {
  const documents = sound();
  return lint({
    ...documents,
    rule: { ...documents.rule, ...changes },
    messages: { en: { big: { text, discreet } } },
  });
}

function codes(problems: readonly Problem[]): string[] {
  return [...new Set(problems.map(({ code }) => code))];
}

describe('the linter of rules', () => {
  it('finds nothing wrong with a sound rule', () => {
    expect(lint(sound())).to.deep.equal([]);
  });

  it('says file, line and column, what is wrong and how to mend it', () => {
    const [problem] = withCondition({ ...debit, value: 'debt' });
    expect(problem).to.deep.include({
      file: 'rules/big/rule.json',
      code: 'value-never',
      severity: 'error',
      message: 'transaction $.direction is never "debt"',
      fix: 'Did you mean "debit"?',
    });
    expect(problem?.line).to.equal(21);
  });

  const comparisons: [name: string, condition: unknown, code: string][] = [
    ['an unknown fact', { ...debit, fact: 'transation' }, 'fact-unknown'],
    ['an unknown operator', { ...debit, operator: 'equals' }, 'operator-unknown'],
    ['an unknown decorator', { ...debit, operator: 'some:equal' }, 'operator-unknown'],
    ['an unknown path', { fact: 'account', path: '$.saldo', operator: 'lessThan', value: 1 }, 'path-unknown'],
    ['a path that is a slip', { ...debit, path: '$.directon' }, 'path-unlisted'],
    ['a fact without a path', { fact: 'account', operator: 'equal', value: 'x' }, 'path-unknown'],
    ['a script in a path', { ...debit, path: '$..[?(@.direction)]' }, 'path-unsupported'],
    ['a wildcard in a path', { ...debit, path: '$.*' }, 'path-unsupported'],
    ['a path into a prototype', { ...debit, path: '$.__proto__.x' }, 'path-unsupported'],
    [
      'a path of history',
      { fact: 'history', path: '$.x', params: { measure: 'count', window: 'all' }, operator: 'equal', value: 1 },
      'path-unknown',
    ],
    [
      'text compared as a number',
      { fact: 'calendar', path: '$.hour', operator: 'lessThan', value: '6' },
      'text-as-number',
    ],
    ['a text that is ordered', { ...debit, path: '$.kind', operator: 'greaterThan', value: 'a' }, 'text-ordered'],
    [
      'a text field ordered with a number',
      { ...debit, path: '$.kind', operator: 'lessThan', value: 5 },
      'text-ordered',
    ],
    [
      'an unlisted field ordered with a text',
      { ...debit, path: '$.scoring', operator: 'lessThan', value: '5' },
      'text-ordered',
    ],
    ['true ordered', { fact: 'device', path: '$.new', operator: 'lessThan', value: 1 }, 'boolean-ordered'],
    ['a text equal to a number', { ...debit, path: '$.channel', value: 5 }, 'kinds-differ'],
    [
      'a number equal to a text',
      { fact: 'calendar', path: '$.weekday', operator: 'equal', value: '1' },
      'kinds-differ',
    ],
    ['true as a text', { fact: 'location', path: '$.newCountry', operator: 'equal', value: 'true' }, 'kinds-differ'],
    ['a list with equal', { ...debit, value: ['debit'] }, 'list-compared'],
    ['in on a text', { ...debit, operator: 'in', value: 'debit,credit' }, 'in-needs-a-list'],
    ['in on a number', { ...debit, operator: 'notIn', value: 5 }, 'in-needs-a-list'],
    ['contains on a text', { ...debit, path: '$.kind', operator: 'contains', value: 'cash' }, 'contains-needs-a-list'],
    ['someFact on a text', { ...debit, operator: 'someFact:equal', value: 'debit' }, 'decorator-unfit'],
    ['someValue without a list', { ...debit, operator: 'someValue:equal', value: 'debit' }, 'decorator-unfit'],
    ['in on an amount', { ...debit, path: '$.amount', operator: 'in', value: ['1.00'] }, 'operator-not-for-money'],
    [
      'an amount with commas',
      { ...debit, path: '$.amount', operator: 'lessThan', value: '1,000.00' },
      'amount-malformed',
    ],
    ['an amount that is a word', { ...debit, path: '$.amount', value: '12abc' }, 'amount-malformed'],
    ['minus nought', { ...debit, path: '$.amount', value: '-0' }, 'amount-malformed'],
    ['an amount beyond counting', { ...debit, path: '$.amount', value: '90071992547409930.00' }, 'amount-too-large'],
    [
      'an amount with more decimals than its currency',
      { ...debit, path: '$.amount', operator: 'lessThan', value: { JPY: '10.5' } },
      'amount-decimals',
    ],
    [
      'a currency that there is not',
      { ...debit, path: '$.amount', operator: 'lessThan', value: { EUR: '10.50', ABC: '1.00' } },
      'currency-unknown',
    ],
    [
      'an amount compared with a count',
      {
        ...debit,
        path: '$.amount',
        operator: 'lessThan',
        value: { fact: 'history', params: { measure: 'count', window: 'PT1H' } },
      },
      'kinds-differ',
    ],
    ['null', { ...debit, value: null }, 'value-unfit'],
    ['an object that is nothing', { ...debit, value: { limit: 5 } }, 'value-unfit'],
    ['present with a text', { ...debit, operator: 'present', value: 'yes' }, 'value-unfit'],
    [
      'an expression with lookahead',
      { ...debit, path: '$.kind', operator: 'matches', value: '(?=a)b' },
      'pattern-malformed',
    ],
    ['a broken expression', { ...debit, path: '$.kind', operator: 'matches', value: '(a' }, 'pattern-malformed'],
    ['a country as a word', { ...debit, path: '$.merchant.country', value: 'Estonia' }, 'value-never'],
    [
      'a role that there is not',
      { fact: 'customer', path: '$.role', operator: 'in', value: ['owner', 'boss'] },
      'value-never',
    ],
    [
      'a parameter that is not declared',
      { ...debit, path: '$.amount', value: { fact: 'parameter', params: { name: 'limit' } } },
      'parameter-unknown',
    ],
    ['an empty all', { all: [] }, 'conditions-empty'],
    ['an empty any', { any: [] }, 'conditions-empty'],
    ['all beside any', { all: [debit], any: [debit] }, 'all-beside-any'],
    ['a comparison beside all', { ...debit, all: [debit] }, 'condition-mixed'],
    ['an unknown key', { ...debit, vaule: 1 }, 'key-unknown'],
    ['an unknown key beside all', { all: [debit], any_: [] }, 'key-unknown'],
    ['a condition without a value', { fact: 'transaction', path: '$.kind', operator: 'equal' }, 'key-missing'],
    ['a condition that is none', { facts: 'transaction' }, 'condition-unclear'],
    ['a list where an object should be', [debit], 'condition-unclear'],
    ['a shared condition that there is not', { condition: 'night' }, 'condition-unknown'],
  ];
  for (const [name, condition, code] of comparisons) {
    it(`refuses ${name} (${code})`, () => {
      expect(codes(withCondition(condition))).to.include(code);
    });
  }

  it('accepts what looks odd and is right', () => {
    const fine: unknown[] = [
      { ...debit, path: '$.amount', operator: 'greaterThan', value: 100.5 },
      { ...debit, path: '$.amount', operator: 'not:lessThan', value: { EUR: '1.00', JPY: '100' } },
      { ...debit, operator: 'not:in', value: ['credit'] },
      { ...debit, path: '$.kind', operator: 'matches', value: '^(a+)+$' },
      { ...debit, path: '$.kind', operator: 'someValue:equal', value: ['fee', 'card'] },
      { ...debit, path: '$.reverses', operator: 'present', value: false },
      { ...debit, path: '$.balanceAfter', operator: 'lessThan', value: 0 },
      {
        fact: 'history',
        params: { measure: 'mean', of: 'amount', window: 'P7D' },
        operator: 'lessThan',
        value: '10.00',
      },
    ];
    for (const condition of fine) expect(withCondition(condition), JSON.stringify(condition)).to.deep.equal([]);
  });

  it("warns of a field that no schema lists, which may be the core system's own", () => {
    const [problem] = withCondition({ ...debit, path: '$.riskScore.value', operator: 'greaterThan', value: 5 });
    expect(problem).to.include({ code: 'path-unlisted', severity: 'warning' });
  });

  const histories: [name: string, params: JsonObject, code: string][] = [
    ['an unknown measure', { measure: 'median', of: 'amount', window: 'P1D' }, 'history-invalid'],
    ['a sum of nothing', { measure: 'sum', window: 'P1D' }, 'history-invalid'],
    ['no window', { measure: 'count' }, 'history-invalid'],
    ['a sum of the same', { measure: 'sum', of: 'amount', same: 'cardId', window: 'P1D' }, 'history-invalid'],
    ['the same of two things', { measure: 'count', of: 'kind', same: 'cardId', window: 'P1D' }, 'history-invalid'],
    ['the same, multiplied', { measure: 'count', same: 'cardId', times: 2, window: 'P1D' }, 'history-invalid'],
    ['the same of a slip', { measure: 'count', same: 'counterparty.acount', window: 'P1D' }, 'path-unlisted'],
    ['the same amount', { measure: 'count', same: 'amount', window: 'P1D' }, 'where-on-money'],
    ['a window in months', { measure: 'count', window: 'P1M' }, 'duration-malformed'],
    ['a factor of nought', { measure: 'sum', of: 'amount', window: 'P1D', times: 0 }, 'history-invalid'],
    ['an unknown key', { measure: 'count', window: 'P1D', were: {} }, 'history-invalid'],
    ['a path with a dollar', { measure: 'sum', of: '$.amount', window: 'P1D' }, 'path-unsupported'],
    ['a path that is a slip', { measure: 'sum', of: 'amuont', window: 'P1D' }, 'path-unlisted'],
    ['a value that never is', { measure: 'count', window: 'P1D', where: { direction: 'out' } }, 'value-never'],
    ['a number where text is', { measure: 'count', window: 'P1D', where: { channel: 5 } }, 'kinds-differ'],
    ['an amount in where', { measure: 'count', window: 'P1D', where: { amount: '5.00' } }, 'where-on-money'],
    ['an unknown event type', { measure: 'count', window: 'P1D', on: ['transaction.booked'] }, 'event-type-unknown'],
  ];
  for (const [name, params, code] of histories) {
    it(`refuses a history with ${name} (${code})`, () => {
      expect(codes(withCondition({ fact: 'history', params, operator: 'greaterThan', value: 3 }))).to.include(code);
    });
  }

  const rules: [name: string, changes: JsonObject, code: string][] = [
    ['a key that is missing', { lane: undefined }, 'key-missing'],
    ['a key that is unknown', { cooldwon: {} }, 'key-unknown'],
    ['a lane that there is not', { lane: 'securty' }, 'word-unknown'],
    ['an event type that there is not', { on: ['transaction.post'] }, 'word-unknown'],
    ['a cooldown of nought', { cooldown: { period: 'PT0S', per: 'account' } }, 'duration-malformed'],
    ['an expiry in months', { expires: 'P1M' }, 'value-malformed'],
    [
      'a cooldown per customer on account events',
      { cooldown: { period: 'P1D', per: 'customer' } },
      'cooldown-per-customer',
    ],
    ['rearm without an edge', { rearm: debit }, 'rearm-without-edge'],
    ['a schedule without its event', { schedule: { after: ['P30D'] } }, 'schedule-unfit'],
    ['corrections of nothing', { recipients: 'alerted' }, 'recipients-unfit'],
    [
      'conditions that can never hold on one of its types',
      { on: ['transaction.posted', 'customer.login'] },
      'never-holds',
    ],
    ['a parameter that nothing uses', { parameters: { limit: { type: 'number', default: 5 } } }, 'parameter-unused'],
    [
      'a default out of bounds',
      {
        parameters: {
          limit: { type: 'money', default: { EUR: '9.00' }, customerMayChange: { min: { EUR: '10.00' } } },
        },
      },
      'default-out-of-bounds',
    ],
    [
      'bounds that cross',
      { parameters: { n: { type: 'number', default: 5, customerMayChange: { min: 9, max: 1 } } } },
      'bounds-crossed',
    ],
    [
      'a parameter in a currency that there is not',
      { parameters: { limit: { type: 'money', default: { EUX: '9.00' } } } },
      'currency-unknown',
    ],
    ['a message that there is not', { event: { type: 'sms', params: { message: 'bigger' } } }, 'message-missing'],
    ['marketing without opt-in', { lane: 'marketing' }, 'marketing-needs-opt-in'],
    ['a topic that is not listed', { topic: 'bug' }, 'topic-unlisted'],
    [
      'an edge that only history can close',
      {
        fires: 'edge',
        conditions: { fact: 'history', params: { measure: 'count', window: 'P1D' }, operator: 'greaterThan', value: 3 },
      },
      'edge-on-history',
    ],
  ];
  for (const [name, changes, code] of rules) {
    it(`finds ${name} (${code})`, () => {
      expect(codes(withRule(changes))).to.include(code);
    });
  }

  it('finds shared conditions that go round in circles, and stops', () => {
    const conditions = {
      a: { all: [{ condition: 'b' }] },
      b: { any: [debit, { condition: 'a' }] },
    } as unknown as JsonObject;
    expect(codes(withCondition({ condition: 'a' }, {}, { conditions }))).to.deep.equal(['condition-circular']);
  });

  it('finds a parameter that only a shared condition asks for', () => {
    const conditions = {
      big: {
        fact: 'transaction',
        path: '$.amount',
        operator: 'greaterThan',
        value: { fact: 'parameter', params: { name: 'limit' } },
      },
    };
    expect(codes(withCondition({ condition: 'big' }, {}, { conditions }))).to.deep.equal(['parameter-unknown']);
  });

  const texts: [name: string, text: string, code: string][] = [
    ['broken Liquid', 'Paid {{ transaction.amount', 'text-malformed'],
    ['an unknown filter', 'Paid {{ transaction.amount | euro }}', 'text-malformed'],
    ['a loop', '{% for x in transaction %}{{ x }}{% endfor %}', 'text-malformed'],
    ['a value that no text has', 'Paid {{ transation.amount }}', 'variable-unknown'],
    ['a value that an account does not have', '{{ account.owner }}', 'variable-unknown'],
    ['an optional value without a guard', 'Paid to {{ transaction.merchant.name }}', 'variable-unguarded'],
    [
      'a guard on the wrong value',
      '{% if transaction.merchant %}{{ transaction.merchant.name }}{% endif %}',
      'variable-unguarded',
    ],
    [
      'a branch that needs more',
      "{% if transaction.channel == 'atm' %}{{ transaction.location.city }}{% endif %}",
      'variable-unguarded',
    ],
    ['a login in a transaction', 'From {{ login.channel }}', 'variable-never'],
    ['an object', '{% if transaction.merchant %}{{ transaction.merchant }}{% endif %}', 'text-value-unfit'],
    ['money without a currency', '{{ transaction.amount | money }}', 'text-value-unfit'],
    ['a link', 'Look at https://bank.example', 'text-link'],
    ['a domain', 'Look at bank.ee', 'text-link'],
    ['a phone number', 'Call +372 555 5555', 'text-phone'],
    ['a wish for a PIN', 'Reply with your PIN to confirm', 'text-asks-secret'],
    ['a wish for a password in Estonian', 'Palun sisestage oma parool', 'text-asks-secret'],
    ['a text of two parts', 'x'.repeat(161), 'text-parts'],
    ['a text of two parts for one letter', `${'x'.repeat(80)}\u00f5`, 'text-parts'],
    ['smart quotes', 'Your \u201cspring\u201d bonus', 'text-typography'],
    ['a dash that no keyboard has', 'Paid \u2014 thank you', 'text-typography'],
    ['a symbol that alone leaves GSM-7', 'Paid \u2713', 'text-costly-symbol'],
    ['a line for the browser outside of codes', 'Your code is 1\n@bank.example #{{ event.id }}', 'text-browser-line'],
  ];
  for (const [name, text, code] of texts) {
    it(`finds a text with ${name} (${code})`, () => {
      expect(codes(withText(text))).to.include(code);
    });
  }

  describe('links and numbers', () => {
    const policed = (text: string, lane: string, texts: JsonObject): string[] => {
      const documents = sound();
      const files = filesOf({
        ...documents,
        rule: { ...documents.rule, lane },
        messages: { en: { big: { text, discreet: 'Something happened.' } } },
      });
      return codes(lintRuleSet([...files, file('texts', 'rules/texts.json', texts)]));
    };
    const BANK = { links: [{ hosts: ['bank.example'], countries: ['EE'] }] };

    it('are refused in every lane until the host is allowed, and only that host and what is below it', () => {
      for (const lane of ['security', 'service']) {
        expect(policed('See https://bank.example/x', lane, {}), lane).to.deep.equal(['text-link']);
        expect(policed('See https://bank.example/x', lane, BANK), lane).to.deep.equal([]);
        expect(policed('See www.help.bank.example', lane, BANK), lane).to.deep.equal([]);
        expect(policed('See https://bank.example.evil.com', lane, BANK), lane).to.deep.equal(['text-link']);
        expect(policed('See notbank.example', lane, BANK), lane).to.deep.equal(['text-link']);
      }
    });

    it('let a security text name only a number that is allowed', () => {
      expect(policed('Call +372 612 3456', 'security', { phones: ['+3726123456'] })).to.deep.equal([]);
      expect(policed('Call +372 612 3457', 'security', { phones: ['+3726123456'] })).to.deep.equal(['text-phone']);
      expect(policed('Call +372 612 3457', 'service', {})).to.deep.equal([]);
    });

    it('hold for a list of words that the text shows, and for no other list', () => {
      const listed = (word: string, text: string, texts: JsonObject): string[] => {
        const documents = sound();
        const files = filesOf({
          ...documents,
          rule: {
            ...documents.rule,
            conditions: {
              all: [{ ...debit, operator: 'in', value: { fact: 'parameter', params: { name: 'words' } } }],
            },
            parameters: { words: { type: 'texts', default: ['debit', word] } },
          },
          messages: { en: { big: { text, discreet: 'Something happened.' } } },
        });
        return codes(lintRuleSet([...files, file('texts', 'rules/texts.json', texts)]));
      };
      const shown = "Ask {{ parameter.words | join: ', ' }}";
      expect(listed('help.bank.example', shown, {})).to.deep.equal(['text-link']);
      expect(listed('help.bank.example', shown, BANK)).to.deep.equal([]);
      expect(listed('+372 612 3456', shown, {})).to.deep.equal(['text-phone']);
      expect(listed('help.bank.example', 'Paid', {})).to.deep.equal([]);
    });

    it('a policy that is not what its schema says is refused', () => {
      const problems = policed('Paid', 'service', { links: [{ hosts: ['https://bank.example'] }] });
      expect(problems).to.have.length(1);
    });
  });

  describe('the line by which a browser fills a code in', () => {
    const inCodes = (text: string) => codes(withText(text, { lane: 'otp' }));

    it('is accepted where it is the last one, footers or not', () => {
      expect(inCodes('Code {{ event.id }}\nNever tell it.\n\n@bank.example #{{ event.id }}')).not.to.include(
        'text-browser-line',
      );
    });
    for (const [name, text] of [
      ['with more after it', '@bank.example #{{ event.id }}\nNever tell it.'],
      ['within a line', 'Code: @bank.example #{{ event.id }}'],
      ['with a code that is written out', '@bank.example #123456'],
    ] as const) {
      it(`is refused ${name}`, () => {
        expect(inCodes(text)).to.include('text-browser-line');
      });
    }
  });

  it('accepts a guard, a default, a value that the conditions ask for, and advice on secrets', () => {
    const fine: [string, JsonObject?][] = [
      ['{% if transaction.merchant.name %}Paid to {{ transaction.merchant.name }}{% endif %}'],
      ["Paid to {{ transaction.merchant.name | default: 'a shop' }}"],
      ['Your password was changed. We never ask you to send your PIN.'],
      [
        'Balance {{ account.balanceAfter | money: account.currency }}',
        { conditions: { fact: 'account', path: '$.balanceAfter', operator: 'lessThan', value: 5 } },
      ],
      [
        'In {{ location.country }}',
        { conditions: { fact: 'location', path: '$.newCountry', operator: 'equal', value: true } },
      ],
      [
        'Device {{ transaction.device.id }}',
        { conditions: { fact: 'transaction', path: '$.device.id', operator: 'present', value: true } },
      ],
    ];
    for (const [text, changes] of fine) expect(withText(text, changes), text).to.deep.equal([]);
  });

  it('wants a value to be certain on every type, and in every branch of the conditions', () => {
    const either = { any: [debit, { fact: 'transaction', path: '$.channel', operator: 'equal', value: 'atm' }] };
    expect(codes(withText('By {{ transaction.channel }}', { conditions: either }))).to.deep.equal([
      'variable-unguarded',
    ]);
    const onBoth = { on: ['transaction.posted', 'transaction.reversed'] };
    expect(codes(withText('{{ transaction.amount | money: transaction.currency }}', onBoth))).to.deep.equal([
      'variable-unguarded',
    ]);
  });

  it('wants a discreet text, and that it is one', () => {
    expect(codes(lint({ ...sound(), messages: { en: TEXT } }))).to.deep.equal(['discreet-missing']);
    const reveals = '{% if account.balance %}{{ account.balance | money: account.currency }}{% endif %}';
    expect(withText('Paid', {}, reveals))
      .to.have.lengthOf(1)
      .with.nested.property('0.code', 'discreet-reveals');
    const payee = '{% if transaction.counterparty.name %}{{ transaction.counterparty.name }}{% endif %}';
    expect(codes(withText('Paid', {}, payee))).to.deep.equal(['discreet-reveals']);
    const onlyWarned = lint({ ...sound(), messages: { en: TEXT } });
    expect(onlyWarned[0]?.severity).to.equal('warning');
    expect(lint({ ...sound(), messages: { en: payee } })[0]?.severity).to.equal('error');
  });

  it('says which locale lacks the message, and warns where English is missing', () => {
    expect(
      codes(lint({ ...sound(), messages: { et: { big: { text: 'Midagi juhtus.', discreet: 'Midagi.' } } } })),
    ).to.deep.equal(['locale-missing']);
  });

  it('finds topics that are mandatory without a word, and topics nobody uses', () => {
    expect(codes(lint({ ...sound(), topics: { big: { consent: 'mandatory' } } }))).to.deep.equal([
      'topic-needs-because',
    ]);
    expect(codes(lint({ ...sound(), topics: { ...sound().topics, small: { consent: 'opt-out' } } }))).to.deep.equal([
      'topic-unused',
    ]);
  });

  it('wants a case that fires and one that stays silent', () => {
    const { cases } = sound();
    const [first] = cases.cases as JsonObject[];
    expect(codes(lint({ ...sound(), cases: { cases: [first as JsonObject] } }))).to.deep.equal(['cases-missing']);
    expect(codes(lintRuleSet(filesOf(sound()).filter(({ kind }) => kind !== 'cases')))).to.deep.equal([
      'cases-missing',
    ]);
  });

  it('never passes what the compiler refuses, and the schema refuses shapes that the linter refuses', () => {
    for (const [name, condition] of comparisons) {
      const documents = sound();
      const rule = { ...documents.rule, conditions: { all: [debit, condition] } };
      if (
        isCompiled({
          rules: [{ rule, messages: documents.messages }],
          topics: {},
          conditions: {},
        } as unknown as RuleSetSource)
      )
        continue;
      expect(
        withCondition(condition).some(({ severity }) => severity === 'error'),
        name,
      ).to.equal(true);
    }
    for (const code of [
      'conditions-empty',
      'all-beside-any',
      'condition-mixed',
      'condition-unclear',
      'key-missing',
      'operator-unknown',
    ]) {
      for (const [name, condition] of comparisons.filter(([, , one]) => one === code)) {
        expect(fitsSchema('rule', { ...sound().rule, conditions: condition }), name).to.equal(false);
      }
    }
    expect(fitsSchema('rule', sound().rule)).to.equal(true);
  });
});

function isCompiled(source: RuleSetSource): boolean {
  try {
    compileRuleSet(source);
    return true;
  } catch (error) {
    // Conditions that are not even objects have no other words.
    if (error instanceof RuleSetInvalid || error instanceof TypeError) return false;
    throw error;
  }
}
