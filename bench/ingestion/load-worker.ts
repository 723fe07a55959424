import { answer } from '../harness/worker.js';
import { type LoadOrder, load } from './generator.js';

answer(async () => ({
  ready: true,
  answers: { load: (order: LoadOrder) => load(order, () => undefined) },
}));
