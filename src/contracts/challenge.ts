/** What a code confirms. The last three bind what they confirm: the code is good for nothing else. */
export const CHALLENGE_PURPOSES = [
  'sign-in',
  'new-device',
  'contact-change',
  'sign-up',
  'payment',
  'loan-acceptance',
  'contract-signing',
] as const;
export type ChallengePurpose = (typeof CHALLENGE_PURPOSES)[number];

export interface Payee {
  name: string;
  /** IBAN or another account number. */
  account: string;
}

/** One payment: PSD2 RTS article 5, dynamic linking. Amounts are decimal strings. */
export interface PaymentToConfirm {
  amount: string;
  currency: string;
  payee: Payee;
}
/** Several payments at once, article 5(3)(b): the code is bound to the total and to each payee. */
export interface PaymentsToConfirm {
  currency: string;
  payments: { amount: string; payee: Payee }[];
}
/** A loan or a contract, by the bank's own reference. */
export interface AgreementToConfirm {
  reference: string;
  title: string;
  amount?: string;
  currency?: string;
}
export type ToConfirm = PaymentToConfirm | PaymentsToConfirm | AgreementToConfirm;

/** `POST /v1/challenges` */
export interface ChallengeDocument {
  customerId: string;
  purpose: ChallengePurpose;
  /** Needed by `payment`, `loan-acceptance` and `contract-signing`; refused otherwise. */
  confirm?: ToConfirm;
  /** The address that the customer's request came from, for limits; kept only as a keyed hash. */
  clientAddress?: string;
}

/** What is answered when a code was sent. */
export interface ChallengeSent {
  id: string;
  /** RFC 3339. */
  expiresAt: string;
  /** Earliest time of a resend, RFC 3339; absent when no resend is left. */
  resendAt?: string;
  /** Where it went, masked. */
  phone: string;
}

/** `POST /v1/challenges/{id}/check` */
export interface ChallengeCheck {
  code: string;
  /** Exactly what the challenge was made for, where it confirms something. */
  confirm?: ToConfirm;
}
