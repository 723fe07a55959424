import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.js';

const page = readFileSync('docs/cli.md', 'utf8');

describe('docs/cli.md', () => {
  it('has every command, and every option that is not of the help', () => {
    const io = { cwd: '.', env: {}, input: () => '', out() {}, err() {}, isTerminal: false };
    for (const { name, command } of commandsOf(createProgram(io).program)) {
      const line = page.split('\n').find((one) => one.startsWith(`| \`${name}`));
      expect(line, name).not.to.equal(undefined);
      if (name === 'demo') continue;
      const described = page
        .split('\n')
        .filter((one) => one.startsWith(`| \`${name}`))
        .join('\n');
      for (const { long } of command.options) expect(described, name).to.include(long);
    }
  });
});

function commandsOf(parent: Command, prefix = ''): { name: string; command: Command }[] {
  return parent.commands.flatMap((command) => {
    const name = `${prefix}${command.name()}`;
    return command.commands.length > 0 ? commandsOf(command, `${name} `) : [{ name, command }];
  });
}
