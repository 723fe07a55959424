/** The dashboard and the alerts are held to what a service under load really exports, in both directions. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { receiveReceipts } from '../../src/flows/receive-receipts.js';
import { type AppUnderTest, event, FOREIGN_SECRET, GATEWAY_PASSWORD, openApp } from '../bad-input/app-under-test.js';
import { openStream } from '../streams/stream-world.js';
import { databases } from '../support/databases.js';
import { natsUnavailable, startNats } from '../support/nats.js';
import { startSmsGateway } from '../support/sms-gateway.js';
import { waitFor } from '../support/wait-for.js';
import { readExposition } from './exposition.js';
import { type Selected, selectionsOf } from './promql.js';

interface Panel {
  title: string;
  type: string;
  datasource?: { uid: string };
  targets?: { expr: string }[];
  gridPos: { x: number; y: number; w: number; h: number };
}

interface Dashboard {
  panels: Panel[];
  templating: { list: { name: string; type: string; definition?: string }[] };
}

interface Rules {
  groups: { name: string; rules: { alert: string; expr: string; annotations: { summary: string } }[] }[];
}

/** On neither, and why: nothing. A new figure goes onto the dashboard, or here with its reason. */
const DELIBERATELY_NOT_SHOWN: Readonly<Record<string, string>> = {};

/** Given to every sample by Prometheus itself. */
const FROM_PROMETHEUS = ['job', 'instance'];

const dashboard: Dashboard = JSON.parse(readFileSync('deploy/grafana/ledgerbell.json', 'utf8'));
const rules: Rules = parse(readFileSync('deploy/prometheus/ledgerbell.rules.yml', 'utf8'));
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const shown = panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => selectionsOf(withoutVariables(expr))));
const alerting = rules.groups.flatMap((group) => group.rules);
const alerted = alerting.flatMap(({ expr }) => selectionsOf(expr));

for (const database of databases) {
  describe(`the dashboard and the alerts, against a service under load on ${database.name}`, () => {
    let exported: ReturnType<typeof readExposition>;
    let metricOf: ReadonlyMap<string, string>;

    before(async () => {
      const text = await textUnderLoad(database);
      exported = readExposition(text);
      metricOf = new Map(
        [...exported.labels.keys()].flatMap((metric) =>
          ['', '_bucket', '_sum', '_count'].map((end): [string, string] => [metric + end, metric]),
        ),
      );
    });

    it('name only metrics that exist', () => {
      const unknown = [...shown, ...alerted].map(({ metric }) => metric).filter((metric) => !metricOf.has(metric));
      expect(unknown).to.deep.equal([]);
    });

    it('name only labels that the metric has', () => {
      const wrong = [...shown, ...alerted].flatMap(({ metric, labels }) => {
        const has = exported.labels.get(metricOf.get(metric) ?? '') ?? new Set();
        // Without a server there is no clock to compare ours with.
        if (has.size === 0 && metric === 'ledgerbell_clock_offset_seconds') return [];
        if (has.size === 0 && metric.startsWith('ledgerbell_stream_') && natsUnavailable() !== undefined) return [];
        return labels
          .filter((label) => !FROM_PROMETHEUS.includes(label) && !has.has(label))
          .map((label) => `${metric} ${label}`);
      });
      expect(wrong).to.deep.equal([]);
    });

    it('show every metric of ours', () => {
      const named = new Set(shown.map(({ metric }) => metricOf.get(metric)));
      const missing = [...exported.labels.keys()].filter(
        (metric) => metric.startsWith('ledgerbell_') && !named.has(metric) && !(metric in DELIBERATELY_NOT_SHOWN),
      );
      expect(missing).to.deep.equal([]);
    });

    it('no label holds an account, a customer, a phone or an alert', () => {
      for (const sample of exported.samples.keys()) {
        expect(sample).not.to.match(/"7"|"al_|2015550|(?:customer|account|alert|alertId|phone)="/);
      }
    });

    it('every metric is explained to the operator', () => {
      const page = readFileSync('docs/metrics.md', 'utf8');
      const ours = [...exported.labels.keys()].filter((metric) => metric.startsWith('ledgerbell_'));
      expect(ours.filter((metric) => !page.includes(`\`${metric}`))).to.deep.equal([]);
      const told = [...page.matchAll(/`(ledgerbell_\w+)(?:\{([\w,]+)\})?`/g)];
      const gone = told.filter(([, metric = '']) => !metricOf.has(metric)).map(([written]) => written);
      expect(gone).to.deep.equal([]);
      const mislabelled = told.filter(([, metric = '', labels]) => {
        const has = exported.labels.get(metric);
        return (
          labels !== undefined && has !== undefined && has.size > 0 && labels.split(',').some((one) => !has.has(one))
        );
      });
      expect(mislabelled.map(([written]) => written)).to.deep.equal([]);
    });
  });
}

describe('the dashboard', () => {
  it('asks the data source and the job that are chosen in it', () => {
    expect(dashboard.templating.list.map(({ name, type }) => [name, type])).to.deep.equal([
      ['datasource', 'datasource'],
      ['job', 'query'],
    ]);
    for (const { title, datasource, targets = [] } of panels) {
      expect(datasource?.uid, title).to.equal('$' + '{datasource}');
      for (const { expr } of targets) expect(expr, title).to.include('job=~"$job"');
    }
  });

  it('lays its panels out in rows that do not overlap', () => {
    const taken = new Map<string, string>();
    for (const { title, gridPos } of dashboard.panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(x < 24 && !taken.has(`${x} ${y}`), `${title} over ${taken.get(`${x} ${y}`)}`).to.equal(true);
          taken.set(`${x} ${y}`, title);
        }
      }
    }
  });
});

describe('the alerts', () => {
  it('each have a name of their own and say what is wrong', () => {
    expect(new Set(alerting.map(({ alert }) => alert)).size).to.equal(alerting.length);
    for (const { annotations, alert } of alerting) expect(annotations.summary, alert).to.match(/^\S.{15,}/);
  });
});

describe('the reader of expressions', () => {
  it('finds metrics, matched labels, and those that an aggregation keeps', () => {
    const expression = 'histogram_quantile(0.9, sum by (le, lane) (rate(a_bucket{x="1"}[5m]))) > b and on (y) max(c)';
    expect(selectionsOf(expression)).to.deep.equal([
      { metric: 'a_bucket', labels: ['x', 'le', 'lane'] },
      { metric: 'b', labels: [] },
      { metric: 'c', labels: [] },
    ] satisfies Selected[]);
  });

  it('refuses what is no PromQL', () => {
    expect(() => selectionsOf('sum by (lane (a)')).to.throw('not PromQL');
  });
});

/** Grafana puts these in before Prometheus sees them. */
function withoutVariables(expression: string): string {
  return expression.replaceAll('$__rate_interval', '5m');
}

/** What `/metrics` answers after a flow of events, messages, receipts, refusals and trouble. */
async function textUnderLoad(database: (typeof databases)[number]): Promise<string> {
  const gateway = await startSmsGateway();
  const nats = natsUnavailable() === undefined ? await startNats() : undefined;
  const prices = mkdtempSync(join(tmpdir(), 'ledgerbell-prices-'));
  const texts = { prices: { currency: 'EUR', perPart: { default: '0.08', US: '0.0075' } } };
  writeFileSync(join(prices, 'texts.json'), JSON.stringify(texts));
  const login = { username: 'bank', password: GATEWAY_PASSWORD };
  const kannel = { use: 'kannel', baseUrl: gateway.url, ...login, limits: { perSecond: 50 } };
  const http = { host: '127.0.0.1', port: 0, publicUrl: 'http://127.0.0.1:1/v1' };
  try {
    const streams = nats === undefined ? [] : [{ use: 'nats', servers: nats.urls, stream: 'BANK', durable: 'l' }];
    const config = { http, rules: [resolve('rules'), prices], sms: { adapters: [kannel] }, streams };
    const stream = nats === undefined ? undefined : await openStream(nats);
    const app = await openApp(database, { config });
    try {
      await stream?.publishRaw('bank.0.7', 'no JSON');
      await waitFor(async () => ((await stream?.left()) ?? 0) === 0, { what: 'the stream to be read' });
      await load(app);
      return await handsetText(app);
    } finally {
      await app.close();
      await stream?.close();
    }
  } finally {
    await gateway.close();
    await nats?.remove();
    rmSync(prices, { recursive: true });
  }
}

async function load(app: AppUnderTest): Promise<void> {
  await app.register('7');
  const [first, ...others] = Array.from({ length: 20 }, () => event());
  const answer = await app.send(first);
  await app.send(first);
  await app.send([...others, { specversion: '1.0' }], { contentType: 'application/cloudevents-batch+json' });
  await app.send(first, { secret: FOREIGN_SECRET });
  const alertId = answer.body.results[0].alerts[0].id;
  await app.settled(alertId, 'accepted');
  await receiveReceipts(app.app.house, 'kannel', [{ alertId, state: 'delivered', code: '000' }]);
  await app.ask('POST', '/hold', { scope: 'lane', value: 'marketing', reason: 'a test' });
  tellRareThings(app, alertId);
}

/** Once a message is known to be on the handset. */
function handsetText({ url }: AppUnderTest): Promise<string> {
  return waitFor(
    async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return /ledgerbell_handset_seconds_count\{/.test(text) ? text : undefined;
    },
    { what: 'a message on the handset' },
  );
}

/** What needs a crash, hours or a provider's silence comes about elsewhere in the tests. Here it is told, so that its labels show. */
function tellRareThings({ app }: AppUnderTest, alertId: string): void {
  const { watch, now } = app.house;
  watch?.ticked('abandoned', 1);
  watch?.sourceIgnored('core', new Map([['test-delivery', 1]]));
  watch?.webhookPosted({ endpoint: 'bank', outcome: 'dead' });
  const alert = { alertId, lane: 'otp', notify: 'customer', from: 'unknown', to: 'dead', at: now() } as const;
  watch?.lookedInto([{ provider: 'kannel', outcomes: ['lookup-absent'], reason: 'attempts-exhausted', alert }]);
}
