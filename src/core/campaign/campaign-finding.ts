/** What is wrong with a campaign, for whoever writes it. */
import type { Finding } from '../rules/lint-report.js';
import type { Place } from '../rules/rule-file.js';

export interface CampaignFinding extends Required<Finding> {
  /** Which of the two files, or keys of a request. */
  part: 'campaign' | 'messages';
  place: Place;
}

export function partReport(findings: CampaignFinding[], part: CampaignFinding['part']) {
  return (place: Place, finding: Finding): void => {
    findings.push({ severity: 'error', ...finding, part, place });
  };
}
