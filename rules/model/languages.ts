/** The language of a source file by its name. It knows names alone. */

const byExtension: Readonly<Record<string, string>> = {
  py: 'python',
  go: 'go',
  rs: 'rust',
  rb: 'ruby',
  ru: 'ruby',
  php: 'php',
};

/** @returns as `SourceFacts.language` has it; JavaScript for what no other language claims */
export function languageOfFile(path: string): string {
  const extension = path.slice(path.lastIndexOf('.') + 1);
  return Object.hasOwn(byExtension, extension) ? byExtension[extension]! : 'javascript';
}

export function isRust(path: string): boolean {
  return path.endsWith('.rs');
}
