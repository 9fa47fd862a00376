/** The language of a source file by its name. It knows names alone. */

const byExtension: Readonly<Record<string, string>> = {
  py: 'python',
  go: 'go',
  rs: 'rust',
  rb: 'ruby',
  ru: 'ruby',
  php: 'php',
  java: 'java',
  kt: 'kotlin',
  cs: 'csharp',
};

/** @returns as `SourceFacts.language` has it; JavaScript for what no other language claims */
export function languageOfFile(path: string): string {
  const extension = path.slice(path.lastIndexOf('.') + 1);
  return Object.hasOwn(byExtension, extension) ? byExtension[extension]! : 'javascript';
}

export function isRust(path: string): boolean {
  return path.endsWith('.rs');
}

/** Whether code of one language is part of a program in another: the languages of the JVM are. */
export function isPartOf(language: string, written: string): boolean {
  return language === written || (jvm.test(language) && jvm.test(written));
}

/** Whether frameworks of the language serve by convention, so that settings and dependencies say as much as code. */
export function hasPlatform(language: string | undefined): boolean {
  return language !== undefined && (jvm.test(language) || language === 'csharp');
}

const jvm = /^(?:java|kotlin)$/;
