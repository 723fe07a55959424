export * from './adapter.js';
export * from './customer.js';
export * from './decision.js';
export * from './errors.js';
export * from './event.js';
export * from './json.js';
export * from './rule.js';
export * from './webhook.js';
