/** How the parts of the linter say what they found. */
import { LedgerbellError } from '../../contracts/errors.js';
import { type Place, type Problem, problemAt, type RuleFile } from './rule-file.js';

export type Finding = Pick<Problem, 'code' | 'message' | 'fix'> & { severity?: Problem['severity'] };
export type Report = (place: Place, finding: Finding) => void;

/** Reports into `problems`, at places within `file`. */
export function reporter(problems: Problem[], file: RuleFile): Report {
  return (place, finding) => problems.push(problemAt(file, place, finding));
}

/** Runs a parser of the core; what it refuses becomes a finding with its own code and words. */
export function tryReport<T>(report: Report, place: Place, fix: string, parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof LedgerbellError)) throw error;
    report(place, { code: error.code, message: lowerFirst(error.message.replace(/\.$/, '')), fix });
    return undefined;
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
