/** Closed lists of words that conditions compare with. */
import type { CustomerStatus, HolderRole } from '../../contracts/rule.js';

export const HOLDER_ROLES: readonly HolderRole[] = ['owner', 'authorised-user', 'minor'];
export const CUSTOMER_STATUSES: readonly CustomerStatus[] = ['active', 'restricted', 'deceased', 'closed'];
