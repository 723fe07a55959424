/** The bank's schedules, or those it gets where it says nothing. */
import { DEFAULT_SCHEDULE_POLICY, type SchedulePolicy } from '../../core/schedule/policy.js';
import type { House } from '../house.js';

export function policyOf({ schedules }: Pick<House, 'schedules'>): SchedulePolicy {
  return schedules ?? DEFAULT_SCHEDULE_POLICY;
}
