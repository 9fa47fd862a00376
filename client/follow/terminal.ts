/**
 * The one way from a page to a terminal. Nothing goes there by itself: somebody has asked for this command, trusts the
 * workspace, has filled in its blanks, confirmed what it destroys, and chosen the terminal.
 */
import * as vscode from 'vscode';
import type { FilledCommand, FollowedCommand } from '../../server/protocol.ts';
import { titleOf } from './run.ts';

/** Answers to what was asked last, by the name of the variable. */
export type Values = Map<string, string>;

/** @returns the values of all inputs; undefined where somebody has given up */
export async function askForInputs(
  command: FollowedCommand,
  known: Values,
): Promise<Record<string, string> | undefined> {
  const values: Record<string, string> = {};
  for (const [index, { name, kind }] of command.inputs.entries()) {
    const optional = kind === 'variable';
    const value = await vscode.window.showInputBox({
      title: `${titleOf(command)} (${index + 1} of ${command.inputs.length})`,
      prompt: optional
        ? `What is $${name}? Empty leaves it to what the shell knows.`
        : `What is ${name}? It is quoted for the shell where it has to be.`,
      value: known.get(name) ?? '',
      password: isSecret(name),
      ignoreFocusOut: true,
      validateInput: (text) => (text === '' && !optional ? `The command needs ${name}.` : undefined),
    });
    if (value === undefined) return undefined;
    if (!isSecret(name)) known.set(name, value);
    if (value !== '') values[name] = value;
  }
  return values;
}

/** What is given for such a name is neither shown nor kept. */
export function isSecret(name: string): boolean {
  return /pass(?:word|wd|phrase)?(?![a-z])|secret|token|credential|(?:api|private|access)[-_ ]?key/i.test(
    name,
  );
}

/** Other than line breaks and tabs: a terminal takes them for keys that somebody presses. */
export function hasControlCharacters(code: string): boolean {
  return [...code].some((char) => (char < ' ' && char !== '\n' && char !== '\t') || char === '\x7f');
}

/** Asks before what is hard to get back is destroyed. */
export async function confirm({ code, dangers }: FilledCommand, terminal: string): Promise<boolean> {
  if (dangers.length === 0) return true;
  const run = 'Run It';
  const message = `This destroys something: ${dangers.join('; ')}.`;
  const detail = `It goes to the terminal ${terminal}:\n\n${code}`;
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, run)) === run;
}

/** @returns undefined where somebody has given up */
export async function chooseTerminal(cwd: vscode.Uri | undefined): Promise<vscode.Terminal | undefined> {
  const fresh = {
    label: '$(add) New Terminal',
    description: cwd && vscode.workspace.asRelativePath(cwd),
    create: () => vscode.window.createTerminal({ name: 'Runbook', cwd }),
  };
  const open = vscode.window.terminals
    .filter(({ exitStatus }) => exitStatus === undefined)
    .map((terminal) => ({ label: `$(terminal) ${terminal.name}`, description: '', create: () => terminal }));
  const picked = await vscode.window.showQuickPick([...open, fresh], {
    title: 'Which terminal do commands of this runbook go to?',
    placeHolder: 'It is kept for the next command of this page',
  });
  return picked?.create();
}
