import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { expect } from 'chai';
import { createAuthenticate, type Role, SCOPES } from '../../src/http/authenticate.js';
import { managementRoutes } from '../../src/http/management-router.js';
import { sqlite } from '../support/databases.js';
import { openService, type ServiceOptions, type ServiceUnderTest } from './service-under-test.js';

const ROLES: Role[] = ['admin', 'operator', 'analyst', 'auditor'];

describe('who may ask', () => {
  let service: ServiceUnderTest | undefined;
  const open = async (options: ServiceOptions = {}) => {
    service = await openService(sqlite, options);
    return service;
  };
  afterEach(async () => {
    await service?.close();
    service = undefined;
  });

  it('is asked by every route but the documentation, and told how to answer', async () => {
    const { anonymous } = await open();
    for (const { method, path } of managementRoutes({ maskedConfig: () => ({}) })) {
      const answer = await anonymous(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x'));
      expect(answer.status, path).to.equal(401);
      expect(answer.body.code, path).to.equal('unauthenticated');
      expect(answer.headers.get('www-authenticate')).to.equal('Bearer realm="ledgerbell"');
    }
  });

  it('is told by the key, whole and exact', async () => {
    const { fetch: ask } = await open();
    const status = async (authorization: string) => (await ask('/rules', { headers: { authorization } })).status;
    expect(await status('Bearer admin-key')).to.equal(200);
    expect(await status('bearer  admin-key')).to.equal(200);
    for (const wrong of ['Bearer admin-ke', 'Bearer admin-keyy', 'Bearer', 'Basic admin-key', 'admin-key', 'Bearer ']) {
      expect(await status(wrong), wrong).to.equal(401);
    }
  });

  it('decides what is answered, route by route and role by role', async () => {
    const { as } = await open();
    for (const { method, path, scope } of managementRoutes({ maskedConfig: () => ({}) })) {
      const allowed: readonly Role[] = SCOPES[scope];
      for (const role of ROLES) {
        const answer = await as(role)(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x'));
        const where = `${role} ${method} ${path}`;
        if (allowed.includes(role)) expect(answer.status, where).to.not.be.oneOf([401, 403]);
        else expect(answer.body.code, where).to.equal('forbidden');
      }
    }
  });

  it('is this machine itself where no keys are configured', async () => {
    const { anonymous } = await open({ withoutKeys: true });
    expect((await anonymous('GET', '/rules')).status).to.equal(200);
    for (const header of ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']) {
      const answer = await anonymous('GET', '/rules', undefined, { [header]: '203.0.113.9' });
      expect(answer.status, header).to.equal(403);
      expect(answer.body.code, header).to.equal('keys-not-configured');
    }
  });

  it('is nobody on another address, nor by another name that was made to point here, where no keys are configured', async () => {
    const { url } = await open({ withoutKeys: true });
    expect(await statusAs(url, 'localhost:8080')).to.equal(200);
    expect(await statusAs(url, '[::1]:8080')).to.equal(200);
    expect(await statusAs(url, 'attacker.example')).to.equal(403);
    expect(await statusAs(url, '127.0.0.1.attacker.example')).to.equal(403);
    const authenticate = createAuthenticate({ apiKeys: [] });
    for (const address of ['192.0.2.1', '10.0.0.1', '::ffff:192.0.2.1', ...ownAddresses()]) {
      const req = { headers: { host: 'localhost' }, socket: { remoteAddress: address } };
      const answer = await authenticate(req as never).catch((error: { code: string }) => error.code);
      expect(answer, address).to.equal('keys-not-configured');
    }
  });

  it('is told by the host where the host knows', async () => {
    const authorize = (req: { headers: { cookie?: string } }) =>
      req.headers.cookie === undefined
        ? undefined
        : { subject: 'mari@bank', roles: [req.headers.cookie.replace('role=', '')] as Role[] };
    const { anonymous, as } = await open({ authorize });
    expect((await as('admin')('GET', '/audit')).status).to.equal(401);
    const withRole = (role: string) => ({ cookie: `role=${role}` });
    expect((await anonymous('PUT', '/customers/2', { name: 'x' }, withRole('admin'))).status).to.equal(201);
    expect((await anonymous('GET', '/audit', undefined, withRole('analyst'))).status).to.equal(403);
    expect((await anonymous('GET', '/audit', undefined, withRole('superuser'))).status).to.equal(403);
    const { body } = await anonymous('GET', '/audit', undefined, withRole('auditor'));
    expect(body.items[0]).to.include({ actor: 'mari@bank', action: 'customer-created' });
  });
});

function statusAs(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}/rules`, { headers: { host }, agent: false }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode));
    });
    outgoing.once('error', reject).end();
  });
}

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.filter(({ internal }) => !internal).map(({ address }) => address);
}
