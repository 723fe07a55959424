/** One-time codes: sent, checked, sent again. The bank's own application asks; the customer never does. */
import type { ChallengeCheck, ChallengeDocument } from '../../contracts/challenge.js';
import { checkChallenge } from '../../flows/challenges/check-challenge.js';
import { requestChallenge } from '../../flows/challenges/request-challenge.js';
import { resendChallenge } from '../../flows/challenges/resend-challenge.js';
import type { Call, Route } from '../route.js';

export const challengeRoutes: readonly Route[] = [
  { method: 'post', path: '/challenges', scope: 'challenges', query: 'entity', body: 'challenge', answer: request },
  {
    method: 'post',
    path: '/challenges/{id}/check',
    scope: 'challenges',
    query: 'entity',
    body: 'challenge-check',
    answer: check,
  },
  {
    method: 'post',
    path: '/challenges/{id}/resend',
    scope: 'challenges',
    query: 'entity',
    body: 'challenge-resend',
    answer: resend,
  },
];

async function request({ house, entity, body }: Call) {
  return { status: 201, body: await requestChallenge(house, { entity, document: body as ChallengeDocument }) };
}

async function check({ house, entity, params, body }: Call) {
  const { id = '' } = params;
  return { body: await checkChallenge(house, { entity, id, check: body as ChallengeCheck }) };
}

async function resend({ house, entity, params, body }: Call) {
  const { id = '' } = params;
  const { clientAddress } = body as { clientAddress?: string };
  return { status: 201, body: await resendChallenge(house, { entity, id, clientAddress }) };
}
