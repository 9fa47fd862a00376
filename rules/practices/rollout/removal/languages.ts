/** The languages that flags can be taken out of. */
import type { BranchingLanguage } from './language.ts';
import { go } from './languages/go.ts';
import { java } from './languages/java.ts';
import { javascript } from './languages/javascript.ts';
import { python } from './languages/python.ts';

const languages: readonly BranchingLanguage[] = [javascript, python, go, java];

export function branchingLanguageOf(path: string): BranchingLanguage | undefined {
  return languages.find(({ extensions }) => extensions.test(path));
}
