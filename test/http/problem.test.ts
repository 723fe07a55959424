import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { LedgerbellError } from '../../src/contracts/errors.js';
import { RequestMistaken } from '../../src/flows/mistakes.js';
import { problemDocument, problemOf, sendJson, sendProblem } from '../../src/http/problem.js';

const refusing = (code: string) => new LedgerbellError(code, 'what went wrong', { path: '/field' });

describe('problems', () => {
  it('are RFC 9457 documents with a stable code', () => {
    expect(problemDocument(problemOf(refusing('phone-invalid')))).to.deep.equal({
      type: 'urn:ledgerbell:problem:phone-invalid',
      title: 'The phone number is not valid',
      status: 422,
      code: 'phone-invalid',
      detail: 'what went wrong',
      path: '/field',
    });
  });

  it('carry every mistake', () => {
    const mistakes = [
      { path: '/a', code: 'phone-invalid', message: 'first' },
      { path: '/b', code: 'locale-unknown', message: 'second' },
    ] as const;
    expect(problemOf(new RequestMistaken([...mistakes]))).to.deep.include({
      code: 'phone-invalid',
      path: '/a',
      detail: 'first (and 1 more: see `errors`)',
      errors: mistakes,
    });
  });

  it('say nothing of errors that are not meant for clients', () => {
    const secret = new Error('insert into lb_customers values (+37251234567)');
    for (const error of [secret, refusing('sealed-data-damaged'), 'text', undefined, { code: 'phone-invalid' }]) {
      expect(problemOf(error)).to.deep.equal({ status: 500, code: 'internal-error' });
    }
  });

  it('are logged where this side is at fault, without the message of a driver', async () => {
    const logged: object[] = [];
    const log = { error: (fields: object) => logged.push(fields), warn: (fields: object) => logged.push(fields) };
    const answers = await asked([
      (res) => sendProblem(res, new Error('values (+37251234567)'), log),
      (res) => sendProblem(res, Object.assign(new Error('+37251234567'), { code: 'SQLITE_FULL' }), log),
      (res) => sendProblem(res, refusing('phone-invalid'), log),
      (res) => sendJson(res, 200, { fine: true }),
    ]);
    expect(answers.map(({ status }) => status)).to.deep.equal([500, 503, 422, 200]);
    expect(answers.map(({ type }) => type)).to.deep.equal([
      'application/problem+json',
      'application/problem+json',
      'application/problem+json',
      'application/json',
    ]);
    expect(answers[1]?.retryAfter).to.equal('5');
    expect(logged).to.have.length(2);
    expect(JSON.stringify([logged, answers])).to.not.include('51234567');
    expect(JSON.stringify(logged)).to.include('problem.test');
  });
});

type Handle = (res: import('node:http').ServerResponse) => void;

async function asked(handles: Handle[]) {
  const waiting = [...handles];
  const server = createServer((_req, res) => waiting.shift()?.(res)).listen(0);
  const { port } = server.address() as AddressInfo;
  const answers: { status: number; type: string | null; retryAfter: string | null; text: string }[] = [];
  for (const _handle of handles) {
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    const { status, headers } = answer;
    const [type, retryAfter] = [headers.get('content-type'), headers.get('retry-after')];
    answers.push({ status, type, retryAfter, text: await answer.text() });
  }
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return answers;
}
