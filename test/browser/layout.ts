/** What is wrong with how a page is laid out, measured in the browser: nothing here depends on fonts or on another machine. */
import type { Page } from 'puppeteer-core';

/** Runs in the page. Returns a sentence for each fault. */
const FAULTS = `(() => {
  const faults = [];
  const shown = (element) => element.getClientRects().length > 0 && !element.matches('.skip, [type=hidden]');
  const name = (element) => element.tagName.toLowerCase() + '#' + (element.id || element.textContent.trim().slice(0, 30));
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push('scrolls sideways: ' + root.scrollWidth + ' of ' + root.clientWidth);
  const leaves = [...document.querySelectorAll('h1, h2, h3, p, legend, label, input:not([type=hidden]), select, textarea, button, li, dd, a')].filter(shown);
  for (const element of leaves) {
    const box = element.getBoundingClientRect();
    if (box.left < 0 || box.right > root.clientWidth + 0.5) faults.push('sticks out: ' + name(element));
    if (element.scrollWidth > element.clientWidth + 1 && !element.matches('input, textarea, select, a')) faults.push('is cut: ' + name(element));
  }
  for (const [at, one] of leaves.entries()) {
    for (const other of leaves.slice(at + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const a = one.getBoundingClientRect(), b = other.getBoundingClientRect();
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 1) faults.push('lies over another: ' + name(one) + ' and ' + name(other));
    }
  }
  for (const element of document.querySelectorAll('input:not([type=hidden]):not([type=checkbox]), select, button')) {
    if (shown(element) && element.getBoundingClientRect().height < 43) faults.push('is too small to touch: ' + name(element));
  }
  return faults;
})()`;

export async function layoutFaults(page: Page): Promise<string[]> {
  return (await page.evaluate(FAULTS)) as string[];
}

/** Elements that the Tab key reaches, in order, each with whether its focus can be seen. */
export async function tabStops(page: Page): Promise<{ id: string; visible: boolean }[]> {
  const stops: { id: string; visible: boolean }[] = [];
  for (;;) {
    await page.keyboard.press('Tab');
    const stop = (await page.evaluate(`(() => {
      const element = document.activeElement;
      // A field for times has stops of its own inside.
      if (element.dataset.seen === 'last') return 'inside';
      if (element === document.body || element.dataset.seen) return undefined;
      for (const one of document.querySelectorAll('[data-seen=last]')) one.dataset.seen = 'yes';
      element.dataset.seen = 'last';
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return { id: element.id || element.getAttribute('href') || element.type, visible: parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none' && box.width > 0 };
    })()`)) as { id: string; visible: boolean } | 'inside' | undefined;
    if (stop === undefined) return stops;
    if (stop !== 'inside') stops.push(stop);
  }
}
