/** Fields of a form, each with its label, its hint and, where something is wrong, what. */
import { type Html, html } from './html.js';

export interface TextField {
  name: string;
  label: string;
  value: string;
  /** Sentences below the field; screen readers read them with it. */
  hints?: readonly string[];
  problem?: string;
  /** Longest text that can be typed. */
  maximum?: number;
  type?: 'text' | 'time';
  /** A keyboard with numbers on phones. */
  numeric?: boolean;
  /** Stands after the field: a currency. */
  unit?: string;
  /** Several lines. */
  lines?: boolean;
  autocomplete?: string;
  /** The browser goes there first. */
  focus?: boolean;
}

export function textField(field: TextField): Html {
  const { name, label, value, hints = [], problem, unit } = field;
  const described = describedBy(name, hints, problem);
  const common = html`id="${name}" name="${name}"${described}${problem !== undefined && html` aria-invalid="true"`}${
    field.focus === true && html` autofocus`
  }`;
  const input = field.lines
    ? html`<textarea ${common} rows="3">${value}</textarea>`
    : html`<input ${common} type="${field.type ?? 'text'}" value="${value}"${
        field.numeric && html` inputmode="decimal"`
      }${field.maximum !== undefined && html` maxlength="${field.maximum}"`} autocomplete="${field.autocomplete ?? 'off'}" spellcheck="false">`;
  return html`<div class="${problem === undefined ? 'field' : 'field wrong'}">
<label for="${name}">${label}${unit !== undefined && html` (${unit})`}</label>
${problemText(name, problem)}${unit === undefined ? input : html`<div class="with">${input}</div>`}
${hints.length > 0 && html`<p class="hint" id="${name}/hint">${hints.join(' ')}</p>`}
</div>
`;
}

export function tickField(field: {
  name: string;
  /** One of several boxes of that name. */
  value?: string;
  label: string;
  checked: boolean;
  problem?: string;
  /** The id of what says more. */
  about?: string;
}): Html {
  const { name, value, label, checked, problem, about } = field;
  const id = value === undefined ? name : `${name}/${value}`;
  const ids = [...(about === undefined ? [] : [about]), ...(problem === undefined ? [] : [`${name}/problem`])];
  return html`<div class="${problem === undefined ? '' : 'wrong'}">${problemText(name, problem)}
<div class="tick"><input type="checkbox" id="${id}" name="${name}" value="${value ?? 'on'}"${checked && html` checked`}${
    ids.length > 0 && html` aria-describedby="${ids.join(' ')}"`
  }><label for="${id}">${label}</label></div></div>
`;
}

export function selectField(field: {
  name: string;
  label: string;
  value: string;
  options: readonly { value: string; label: string; language: string }[];
  problem?: string;
}): Html {
  const { name, label, value, options, problem } = field;
  return html`<div class="${problem === undefined ? 'field' : 'field wrong'}">
<label for="${name}">${label}</label>
${problemText(name, problem)}<select id="${name}" name="${name}"${describedBy(name, [], problem)}${
    problem !== undefined && html` aria-invalid="true"`
  }>${options.map(
    (option) =>
      html`<option value="${option.value}" lang="${option.language}"${option.value === value && html` selected`}>${option.label}</option>`,
  )}</select>
</div>
`;
}

export function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

function problemText(name: string, problem: string | undefined): Html | false {
  return problem !== undefined && html`<p class="problem" id="${name}/problem">${problem}</p>`;
}

function describedBy(name: string, hints: readonly string[], problem: string | undefined): Html | false {
  const ids = [...(problem === undefined ? [] : [`${name}/problem`]), ...(hints.length === 0 ? [] : [`${name}/hint`])];
  return ids.length > 0 && html` aria-describedby="${ids.join(' ')}"`;
}
