/** Streaming XML without a document type: no entities of a file's own, no depth without end, and no more than a piece held. */
import sax, { type QualifiedTag } from 'sax';
import { LedgerbellError } from '../../../src/contracts/errors.js';

const DEEPEST = 64;

export interface XmlReading {
  /** Local name, and attributes by theirs. */
  open(name: string, attributes: Readonly<Record<string, string>>, line: number): void;
  text(part: string, line: number): void;
  close(line: number): void;
}

export interface Xml {
  /** @throws LedgerbellError `statement-malformed`, and whatever the reading throws */
  write(text: string): void;
  /** @throws LedgerbellError `statement-incomplete` */
  end(): void;
}

export function createXml(reading: XmlReading): Xml {
  const parser = sax.parser(true, { xmlns: true, position: true });
  let depth = 0;
  let seen = false;
  const line = (): number => parser.line + 1;
  const malformed = (why: string): LedgerbellError =>
    new LedgerbellError('statement-malformed', `Line ${line()}: ${why}`);

  // What the parser says may quote the file.
  parser.onerror = () => {
    throw malformed('the file is not well-formed XML');
  };
  parser.ondoctype = () => {
    throw malformed('a document type is not taken');
  };
  parser.onopentag = (tag) => {
    depth += 1;
    seen = true;
    if (depth > DEEPEST) throw malformed('elements are nested too deeply');
    reading.open((tag as QualifiedTag).local, attributesOf(tag as QualifiedTag), line());
  };
  parser.ontext = (text) => reading.text(text, line());
  parser.oncdata = (text) => reading.text(text, line());
  parser.onclosetag = () => {
    depth -= 1;
    reading.close(line());
  };

  return {
    write: (text) => void parser.write(text),
    end() {
      if (!seen || depth > 0)
        throw new LedgerbellError('statement-incomplete', `Line ${line()}: the file ends too early`);
      parser.close();
    },
  };
}

/** Namespaces say which version it is; no record needs them. */
function attributesOf({ attributes }: QualifiedTag): Record<string, string> {
  const plain = Object.values(attributes).filter(({ prefix, local }) => prefix === '' && local !== 'xmlns');
  return Object.fromEntries(plain.map(({ local, value }) => [local, value]));
}
