import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect } from 'chai';
import { pages, pathsIn, textOf } from './documents.js';

describe('the documents', () => {
  for (const page of ['README.md', 'CONTRIBUTING.md', 'docs/architecture.md', ...pages().filter(isOurs)]) {
    it(`${page} names only paths that exist`, () => {
      expect(pathsIn(textOf(page)).filter((path) => !existsSync(path))).to.deep.equal([]);
    });
  }

  for (const page of pages()) {
    it(`${page} links only to files and headings that exist`, () => {
      expect(brokenLinks(page)).to.deep.equal([]);
    });
  }

  it('the walk through the architecture mentions every folder of the sources', () => {
    const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const walk = pathsIn(textOf('docs/architecture.md'));
    const missing = folders.filter(({ name }) => !walk.includes(`src/${name}`)).map(({ name }) => name);
    expect(missing).to.deep.equal([]);
  });

  it('the walk names a file of every layer that an event passes', () => {
    const walk = pathsIn(textOf('docs/architecture.md'));
    for (const folder of ['http', 'flows', 'core', 'store', 'jobs']) {
      expect(
        walk.some((path) => path.startsWith(`src/${folder}/`) && path.endsWith('.ts')),
        folder,
      ).to.equal(true);
    }
  });

  it('the check itself finds a path that is gone', () => {
    expect(pathsIn('see `src/core/gone.ts`').filter((path) => !existsSync(path))).to.deep.equal(['src/core/gone.ts']);
  });
});

function isOurs(page: string): boolean {
  return /^docs\/(?:adr\/.*|integrator|operator|privacy|reasons|delivery)(?:\.md)?$/.test(page);
}

/** Links to files, and to headings of pages, as a reader of the repository would follow them. */
function brokenLinks(page: string): string[] {
  const text = textOf(page).replace(/```[\s\S]*?```/g, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target as string);
  return targets.filter((target) => !/^[a-z]+:/.test(target) && !isThere(page, target));
}

function isThere(page: string, target: string): boolean {
  const [file = '', heading] = target.split('#');
  const path = file === '' ? page : normalize(join(dirname(page), file));
  if (!existsSync(path)) return false;
  return heading === undefined || headingsOf(path).includes(heading);
}

/** Headings as their links are written: lower case, spaces as dashes, no punctuation. */
function headingsOf(page: string): string[] {
  return [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
