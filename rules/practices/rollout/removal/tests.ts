/** Tests that switch a flag: those of the side that nobody takes any more go, and so does switching to the other. */
import { visitAll, type Syntax } from '../../../artifacts/source/syntax.ts';
import { removeStatement } from './branches.ts';
import { applyEdits, wholeLines, type Edit } from './layout.ts';
import type { BranchingLanguage } from './language.ts';
import type { WithTree } from './rewrite.ts';
import { withoutItem } from './simplify.ts';
import { withoutUnused } from './unused.ts';

export function isTest(path: string): boolean {
  return /(?:^|\/)(?:__)?(?:tests?|specs?|e2e)(?:__)?\/|(?:^|\/)src\/test\/|[._-](?:test|tests|spec|e2e)\.\w+$|(?:^|\/)(?:test_[^/]*|conftest)\.py$|(?:Tests?|IT)\.java$/i.test(
    path,
  );
}

interface Setting {
  readonly node: Syntax;
  readonly value: boolean;
}

/** @param words the key, and names of constants that hold it */
export function withoutTests(
  path: string,
  text: string,
  words: readonly string[],
  value: boolean,
  language: BranchingLanguage,
  withTree: WithTree,
  about: RegExp,
): string {
  const edits = withTree(text, (root): Edit[] => {
    const settings = settingsIn(root, words, language);
    const cases = new Map<Syntax, Setting[]>();
    const found: Edit[] = [];
    for (const setting of settings) {
      const test = caseAround(setting.node);
      if (test) cases.set(test, [...(cases.get(test) ?? []), setting]);
      else if (setting.value === value) found.push(...withoutSetting(setting.node));
    }
    for (const [test, own] of cases) {
      if (own.every((one) => one.value !== value)) {
        found.push(wholeLines(text, test.start, test.end, about));
      } else if (own.every((one) => one.value === value)) {
        found.push(...own.flatMap(({ node }) => withoutSetting(node)));
      }
    }
    return found;
  });
  if (edits.length === 0) return text;
  return withoutUnused(path, text, applyEdits(text, edits), language, withTree);

  function withoutSetting(node: Syntax): Edit[] {
    if (/^(?:pair|keyword_argument|keyed_element)$/.test(node.type)) {
      return [withoutItem(text, node)];
    }
    const parent = node.parent!;
    const statement = language.expressionStatements.has(parent.type) ? parent : undefined;
    if (statement) return removeStatement({ text, language, about }, statement);
    if (parent.type === 'decorator') return [wholeLines(text, parent.start, parent.end)];
    if (parent.type === 'await_expression' && language.expressionStatements.has(parent.parent?.type ?? ''))
      return removeStatement({ text, language, about }, parent.parent!);
    return [];
  }
}

/** `flag: false`, `mock('flag', false)`, `when(isEnabled("flag")).thenReturn(false)`, `unleash.disable("flag")`. */
function settingsIn(root: Syntax, words: readonly string[], language: BranchingLanguage): Setting[] {
  const found = new Map<Syntax, Setting>();
  visitAll(root, (node) => {
    if (!names(node, words)) return true;
    const setting = settingOf(node, language);
    if (setting) found.set(setting.node, setting);
    return false;
  });
  return [...found.values()];
}

function names(node: Syntax, words: readonly string[]): boolean {
  const text = node.end - node.start > 120 ? '' : node.text;
  if (
    /^(?:string|interpreted_string_literal|string_literal|raw_string_literal|template_string)$/.test(
      node.type,
    )
  )
    return words.includes(text.slice(1, -1));
  if (
    /^(?:identifier|member_expression|field_access|selector_expression|attribute|property_identifier)$/.test(
      node.type,
    )
  )
    return words.includes(text.slice(text.lastIndexOf('.') + 1));
  return false;
}

function settingOf(name: Syntax, language: BranchingLanguage): Setting | undefined {
  let key = name;
  if (key.parent?.type === 'computed_property_name' || key.parent?.type === 'literal_element')
    key = key.parent;
  const holder = key.parent;
  if (!holder) return undefined;
  if (/^(?:pair|keyed_element|keyword_argument)$/.test(holder.type)) {
    const given = truth(holder.children.at(-1), language);
    return given === undefined || holder.children[0] !== key ? undefined : { node: holder, value: given };
  }
  if (!/^argument(?:s|_list)$/.test(holder.type)) return undefined;
  const call = holder.parent!;
  const called = call.text.slice(0, holder.start - call.start);
  if (/(?:^|\.)(?:enable|Enable|turnOn|turn_on)$/.test(called)) return { node: call, value: true };
  if (/(?:^|\.)(?:disable|Disable|turnOff|turn_off)$/.test(called)) return { node: call, value: false };
  const given = holder.children.map((one) => truth(one, language)).filter((one) => one !== undefined);
  if (given.length === 1 && /mock|stub|set|fake|override|with|enable|feature|flag|toggle/i.test(called))
    return { node: call, value: given[0]! };
  return stubbed(call, language);
}

/** Mockito: `when(unleash.isEnabled("k")).thenReturn(false)`. */
function stubbed(call: Syntax, language: BranchingLanguage): Setting | undefined {
  const when = call.parent?.parent;
  if (!when || !/^(?:\w+\.)?(?:when|given)\(/.test(when.text.slice(0, 40))) return undefined;
  const outer = when.parent;
  const list = outer?.field('arguments');
  const name = outer?.field('name')?.text ?? '';
  if (!outer || !list || !/^(?:thenReturn|willReturn)$/.test(name) || list.children.length !== 1)
    return undefined;
  const given = truth(list.children[0], language);
  return given === undefined ? undefined : { node: outer, value: given };
}

function truth(node: Syntax | undefined, language: BranchingLanguage): boolean | undefined {
  const bare = node?.type === 'literal_element' ? node.children[0] : node;
  if (bare?.text === language.true) return true;
  return bare?.text === language.false ? false : undefined;
}

/** The test that a node stands in: a call of `it`, or a function that is called so. */
function caseAround(node: Syntax): Syntax | undefined {
  for (let at: Syntax | undefined = node.parent; at; at = at.parent) {
    if (at.type === 'call_expression' && /^(?:it|test|specify)(?:\.\w+)*\s*\(/.test(at.text.slice(0, 40)))
      return at.parent?.type === 'expression_statement' ? at.parent : undefined;
    const name = at.field('name')?.text ?? '';
    if (at.type === 'function_definition' && name.startsWith('test_'))
      return at.parent?.type === 'decorated_definition' ? at.parent : at;
    if (at.type === 'function_declaration' && /^Test[A-Z_]/.test(name)) return at;
    if (at.type === 'method_declaration' && /@(?:Test|ParameterizedTest)\b/.test(at.text.slice(0, 200)))
      return at;
  }
  return undefined;
}
