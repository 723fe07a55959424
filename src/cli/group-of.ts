/** A group of commands, such as `rules`: found, or made by whoever comes first. */
import type { Command } from 'commander';

export function groupOf(program: Command, name: string, description: string): Command {
  return program.commands.find((command) => command.name() === name) ?? program.command(name).description(description);
}
