export function findProgram(name: string): string | undefined;
export function ensurePrograms(names: string[], debianPackages: string[]): string | undefined;
