/** The only style sheet, inside the page: nothing is loaded, and the security policy names it by its hash. */
import { hash } from 'node:crypto';

export const STYLE = `
:root { color-scheme: light; --ink: #1b2733; --soft: #4a5866; --line: #c3ccd5; --edge: #66737f; --accent: #0b4f8a; --wrong: #a1161f; --right: #12602f; }
* { box-sizing: border-box; }
html { font: 100%/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; color: var(--ink); background: #f3f5f7; -webkit-text-size-adjust: 100%; }
body { margin: 0; }
.bar { background: var(--accent); color: #fff; }
.bar div, main, footer { max-width: 42rem; margin: 0 auto; padding: 0 1rem; }
.bar div { display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between; padding-top: .75rem; padding-bottom: .75rem; }
.bar b { font-size: 1.125rem; overflow-wrap: anywhere; }
.bar a { color: #fff; }
main { padding-top: 1.5rem; padding-bottom: 1rem; }
h1 { font-size: 1.625rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.25rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .25rem 0 .75rem; max-width: 38rem; }
a { color: var(--accent); }
ul { padding-left: 1.25rem; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: .5rem; top: .5rem; background: #fff; color: var(--accent); padding: .5rem; z-index: 1; }
.card { background: #fff; border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 0 0 .75rem; min-width: 0; }
fieldset.card > legend { float: left; width: 100%; padding: 0; margin: 0 0 .25rem; font-weight: 600; }
fieldset.card > legend + * { clear: both; }
.card > :last-child { margin-bottom: 0; }
.apart { margin-top: 2.25rem; }
.apart legend h2 { margin: 0; }
.group { border: 0; padding: 0; margin: .75rem 0 0; min-width: 0; }
.group legend { padding: 0; font-weight: 600; }
.about, .hint { color: var(--soft); }
.hint { font-size: .9375rem; margin: .25rem 0; }
.tick { display: flex; gap: .625rem; align-items: flex-start; padding: .375rem 0; min-height: 2.75rem; align-items: center; }
.tick input { flex: none; width: 1.375rem; height: 1.375rem; margin: 0; accent-color: var(--accent); }
.field { margin: .75rem 0 0; }
.field label { display: block; font-weight: 600; margin-bottom: .25rem; }
.field input, .field select, .field textarea { font: inherit; color: inherit; background: #fff; border: 1px solid var(--edge); border-radius: .25rem; padding: .5rem .625rem; min-height: 2.75rem; width: 100%; max-width: 16rem; }
.field .with { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.field .with input { max-width: 10rem; }
.two { display: flex; flex-wrap: wrap; gap: 0 1.5rem; }
.two .field { flex: 0 1 10rem; }
.wrong { border-left: .25rem solid var(--wrong); padding-left: .75rem; }
.wrong input, .wrong textarea, .wrong select { border: 2px solid var(--wrong); }
.problem { color: var(--wrong); font-weight: 600; margin: .25rem 0; }
.summary, .done { background: #fff; border: 2px solid var(--wrong); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
.summary h2, .done h2 { margin: 0 0 .25rem; }
.summary a { color: var(--wrong); }
.done { border-color: var(--right); }
.note { background: #fff6dc; border: 1px solid #8a6d1a; border-radius: .5rem; padding: .75rem 1rem; margin: 1rem 0; }
.badge { display: inline-block; font-size: .875rem; border: 1px solid var(--edge); border-radius: 1rem; padding: 0 .625rem; color: var(--soft); }
.save { margin: 2rem 0 1rem; }
button { font: inherit; font-weight: 600; color: #fff; background: var(--accent); border: 2px solid var(--accent); border-radius: .25rem; padding: .625rem 1.5rem; min-height: 2.75rem; cursor: pointer; }
button:hover { background: #083c69; }
:focus-visible { outline: 3px solid #d97706; outline-offset: 2px; }
.bar :focus-visible { outline-color: #ffd166; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .75rem 0 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
footer { color: var(--soft); font-size: .9375rem; padding-bottom: 2rem; }
@media (max-width: 26rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } button { width: 100%; } .field input, .field select { max-width: none; } }
@media (forced-colors: active) { .card, .summary, .done, button { border: 1px solid; } }
`;

export const STYLE_HASH = `'sha256-${hash('sha256', STYLE, 'base64')}'`;
