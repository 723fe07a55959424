/** The topic, and the rule, of our own answers to replies. No topic and no rule of a bank can be called so. */
export const REPLY_TOPIC = '*reply';
