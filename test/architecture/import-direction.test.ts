import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';

const refused: [file: string, line: string, complaint: string][] = [
  ['src/contracts/a.ts', "import { b } from '../core/b.js';", 'contracts may not import core'],
  ['src/contracts/a.ts', "import { Ajv } from 'ajv';", 'contracts may not import ajv'],
  ['src/core/a.ts', "import { b } from '../store/b.js';", 'core may not import store'],
  ['src/core/event/a.ts', "import type { B } from '../../store/b.js';", 'core may not import store'],
  ['src/core/a.ts', "import { readFileSync } from 'node:fs';", 'core may not import node:fs'],
  ['src/core/a.ts', "import knex from 'knex';", 'core may not import knex'],
  ['src/core/a.ts', "import express from 'express';", 'core may not import express'],
  ['src/core/a.ts', "import { pino } from 'pino';", 'core may not import pino'],
  ['src/core/a.ts', 'export const now = () => Date.now();', 'core may not use Date.now'],
  ['src/core/a.ts', 'export const luck = () => Math.random();', 'core may not use Math.random'],
  ['src/store/a.ts', "import { b } from '../flows/b.js';", 'store may not import flows'],
  ['src/store/a.ts', "export * from '../http/b.js';", 'store may not import http'],
  ['src/flows/a.ts', "import { b } from '../http/b.js';", 'flows may not import http'],
  ['src/flows/a.ts', "import { b } from '../jobs/b.js';", 'flows may not import jobs'],
  ['src/flows/a.ts', "import { b } from '../app.js';", 'flows may not import app'],
  ['src/flows/a.ts', "import knex from 'knex';", 'flows may not import knex'],
  ['src/http/a.ts', "import { b } from '../store/b.js';", 'http may not import store'],
  ['src/http/a.ts', "import { b } from '../jobs/b.js';", 'http may not import jobs'],
  ['src/jobs/a.ts', "import { b } from '../store/b.js';", 'jobs may not import store'],
  ['src/jobs/a.ts', "const b = await import('../http/b.js');", 'jobs may not import http'],
  ['src/jobs/a.ts', "import express from 'express';", 'jobs may not import express'],
  ['src/app.ts', "import { b } from './cli.js';", 'app may not import outside'],
  ['src/registry/a.ts', "import { b } from '../flows/b.js';", 'registry may not import flows'],
  ['adapters/sms/x/a.ts', "import { b } from '../../../src/core/b.js';", 'adapters may not import core'],
  ['src/app.ts', "import { b } from '../test/support/b.js';", 'app may not import test'],
  ['src/cli.ts', "import '../test/support/b.js';", 'outside may not import test'],
  ['bench/a.ts', "import { b } from '../test/support/b.js';", 'bench may not import test'],
  ['src/helpers/a.ts', 'export const a = 1;', 'no layer is called helpers'],
];

const allowed: [file: string, line: string][] = [
  ['src/core/a.ts', "import { b } from '../contracts/b.js';"],
  ['src/core/a.ts', "import { Engine } from 'json-rules-engine';"],
  ['src/core/a.ts', "/* import { b } from '../store/b.js'; */\n// import { b } from '../store/b.js';"],
  ['src/flows/a.ts', "import { b } from '../store/b.js';\nimport type { Knex } from 'knex';"],
  ['src/http/a.ts', "import type { B } from '../store/b.js';\nimport express from 'express';"],
  ['src/registry/a.ts', "import { b } from '../../adapters/sms/b/index.js';"],
  ['src/flows/a.ts', "import { b } from '../registry/b.js';"],
  ['src/app.ts', "import { b } from './registry/b.js';\nimport { c } from './jobs/c.js';"],
  ['src/index.ts', "import { b } from './app.js';"],
  [
    'adapters/sms/x/a.ts',
    "import { request } from 'node:http';\nimport type { B } from '../../../src/contracts/b.js';",
  ],
];

describe('the import check', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledgerbell-imports-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function check(file: string, text: string): { status: number | null; stderr: string } {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `import type { Z } from './z.js';\n${text}\n`);
    return spawnSync(process.execPath, ['scripts/check-imports.mjs', folder], { encoding: 'utf8' });
  }

  for (const [file, line, complaint] of refused) {
    it(`refuses in ${file}: ${line}`, () => {
      const { status, stderr } = check(file, line);
      expect(stderr).to.contain(complaint);
      if (!complaint.startsWith('no layer')) expect(stderr).to.contain(`${file}:2: `);
      expect(status).to.equal(1);
    });
  }

  for (const [file, line] of allowed) {
    it(`accepts in ${file}: ${line.replaceAll('\n', ' ')}`, () => {
      expect(check(file, line)).to.include({ status: 0, stderr: '' });
    });
  }

  it('finds nothing in this code base', () => {
    const run = spawnSync(process.execPath, ['scripts/check-imports.mjs'], { encoding: 'utf8' });
    expect(run.stderr).to.equal('');
  });
});
