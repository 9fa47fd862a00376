/** A rule's page: what people read in the editor, in the terminal and in reports. Its cases are for the tests. */
import { pageFile, readPageFile } from '../workspace/shipped.ts';
import { rules } from './registry.generated.ts';

/**
 * The page of a rule without its cases, as Markdown.
 * @param id a rule's id
 * @returns undefined where no rule has this id
 */
export async function page(id: string): Promise<string | undefined> {
  if (!rules.some((rule) => rule.id === id)) return undefined;
  const text = await readPageFile(id);
  return text.replace(/\n## Cases\b[^]*$/, '\n');
}

/** The absolute path of a rule's page on this machine, for links. */
export function pagePath(id: string): string | undefined {
  return rules.some((rule) => rule.id === id) ? pageFile(id) : undefined;
}
