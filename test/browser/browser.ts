/** A real browser for tests of pages, or the reason why there is none. */
import puppeteer, { type Browser } from 'puppeteer-core';
import { ensurePrograms, findProgram } from '../../scripts/debian-package.mjs';

let reason: string | undefined | null = null;

/** Undefined where a browser can be started. */
export function browserSkipReason(): string | undefined {
  if (reason === null) reason = ensurePrograms(['chromium'], ['chromium']);
  return reason;
}

export function openBrowser(): Promise<Browser> {
  return puppeteer.launch({
    executablePath: findProgram('chromium'),
    // The sandbox refuses to run as root; the pages are our own.
    args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb', '--font-render-hinting=none', '--lang=en'],
  });
}
