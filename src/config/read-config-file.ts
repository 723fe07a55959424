/** Reads one configuration file as JSON and says in which line it stops being that. */
import { readFileSync } from 'node:fs';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { ConfigInvalid } from './config-invalid.js';

/** Undefined where there is no such file. @throws ConfigInvalid where it cannot be read, or is no JSON */
export function readConfigFile(file: string): unknown {
  const text = readText(file);
  if (text === undefined) return undefined;
  const errors: ParseError[] = [];
  const document: unknown = parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  if (errors.length === 0) return document;
  const mistakes = errors.map(({ error, offset }) => {
    const before = text.slice(0, offset).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    return { path: file, message: `line ${before.length}, column ${column}: ${words(printParseErrorCode(error))}` };
  });
  throw new ConfigInvalid(mistakes);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigInvalid([{ path: file, message: 'cannot be read' }]);
  }
}

/** `CommaExpected` as `comma expected`. */
function words(code: string): string {
  return code.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}
