/** NestJS, in CommonJS as most of its applications are. In TypeScript the same is said with decorators. */
require('reflect-metadata');
const { Body, Controller, Get, Inject, Logger, Module, Post } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const createKnex = require('knex');
const { createPlugin } = require('ledgerbell');
const { Registry } = require('prom-client');

const SQLITE = { client: 'better-sqlite3', connection: { filename: './bank.sqlite' }, useNullAsDefault: true };
const knex = createKnex(process.env.BANK_DATABASE ? JSON.parse(process.env.BANK_DATABASE) : SQLITE);
const registry = new Registry();

/** Nest's own logger, in the shape the plugin takes. */
const nestLog = new Logger('Ledgerbell');
const write = (level) => (fields, message) => nestLog[level](`${message} ${JSON.stringify(fields)}`);
const logger = { debug: write('debug'), info: write('log'), warn: write('warn'), error: write('error') };

const EMPLOYEES = { 'badge-mari': { subject: 'mari', roles: ['admin'] } };

/** A provider: other services inject it to `enqueue` within their own transactions. It stops with the application. */
const ledgerbell = {
  provide: 'LEDGERBELL',
  async useFactory() {
    const plugin = await createPlugin({
      knex,
      logger,
      metrics: registry,
      authorize: (req) => EMPLOYEES[req.headers['x-badge']],
      config: { dataFolder: process.env.BANK_DATA ?? './data', timeZone: 'Europe/Tallinn' },
    });
    await plugin.start();
    return Object.assign(plugin, {
      async onApplicationShutdown() {
        await plugin.stop();
        await knex.destroy();
      },
    });
  },
};

class BankController {
  echo(body) {
    return body;
  }
  metrics() {
    return registry.metrics();
  }
}
const method = (name) => Object.getOwnPropertyDescriptor(BankController.prototype, name);
Post('/echo')(BankController.prototype, 'echo', method('echo'));
Body()(BankController.prototype, 'echo', 0);
Get('/metrics')(BankController.prototype, 'metrics', method('metrics'));
Controller()(BankController);

class BankModule {
  constructor(plugin) {
    this.plugin = plugin;
  }
}
Inject('LEDGERBELL')(BankModule, undefined, 0);
Module({ providers: [ledgerbell], controllers: [BankController] })(BankModule);

async function main() {
  const app = await NestFactory.create(BankModule, { logger: ['error', 'warn', 'log'], forceCloseConnections: true });
  // Before `listen`, which is when Nest adds its body parser.
  app.use('/ledgerbell', app.get('LEDGERBELL').router);
  app.enableShutdownHooks();
  await app.listen(Number(process.env.BANK_PORT ?? 3000), '127.0.0.1');
  console.log(JSON.stringify({ level: 'info', url: await app.getUrl() }));
}
main();
