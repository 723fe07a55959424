import { expect } from 'chai';
import type { EventType } from '../../../src/contracts/event.js';
import { secretMaySend, type WebhookSecret } from '../../../src/http/signature/webhook-secret.js';

const posted = { id: 'e 1', source: 'core', type: 'transaction.posted' as EventType, entity: 'default', learn: false };
const secret = (limits: Partial<WebhookSecret> = {}): WebhookSecret => ({ id: 's', key: Buffer.from('k'), ...limits });
const refusal = (...args: Parameters<typeof secretMaySend>): string => {
  try {
    secretMaySend(...args);
    return 'allowed';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('semantics line nineteen: secretMaySend', () => {
  it('lets a secret without limits send everything in the signed forms', () => {
    expect(refusal(secret(), posted)).to.equal('allowed');
  });

  it('holds a secret to its sources, types and entity', () => {
    expect(refusal(secret({ sources: ['core'], types: ['transaction.*'], entity: 'default' }), posted)).to.equal(
      'allowed',
    );
    expect(refusal(secret({ types: ['transaction.posted'] }), posted)).to.equal('allowed');
    expect(refusal(secret({ types: ['*'] }), posted)).to.equal('allowed');
    for (const limits of [
      { sources: ['Core'] },
      { sources: [] },
      { types: ['transaction'] },
      { types: ['account.*'] },
      { entity: 'ee' },
    ]) {
      expect(refusal(secret(limits), posted)).to.equal('secret-may-not-send');
    }
  });

  const fixed = secret({ sources: ['core'], types: ['transaction.posted', 'account.balance'] });

  it('takes the binary form only from a secret that names source and type exactly', () => {
    expect(refusal(fixed, posted, { webhookId: 'e 1' })).to.equal('allowed');
    expect(refusal(fixed, posted, { webhookId: 'e%201' })).to.equal('allowed');
    for (const limits of [
      {},
      { sources: ['core'] },
      { types: ['transaction.posted'] },
      { sources: ['core'], types: ['transaction.*'] },
    ]) {
      expect(refusal(secret(limits), posted, { webhookId: 'e 1' })).to.equal('binary-needs-fixed-secret');
    }
  });

  it('refuses a binary event whose id is not the signed one, and one signed id is never two events', () => {
    expect(refusal(fixed, posted, { webhookId: 'e 2' })).to.equal('binary-id-mismatch');
    expect(refusal(fixed, { ...posted, id: 'e%201' }, { webhookId: 'e%201' })).to.equal('binary-id-mismatch');
  });

  it('refuses `learn` and another entity in unsigned headers', () => {
    expect(refusal(fixed, { ...posted, learn: true }, { webhookId: 'e 1' })).to.equal('binary-attribute-unsigned');
    expect(refusal(fixed, { ...posted, entity: 'ee' }, { webhookId: 'e 1' })).to.equal('binary-attribute-unsigned');
    expect(refusal({ ...fixed, entity: 'ee' }, { ...posted, entity: 'ee' }, { webhookId: 'e 1' })).to.equal('allowed');
  });
});
