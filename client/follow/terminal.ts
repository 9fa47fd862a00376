/**
 * The one way from a page to a terminal. Nothing goes there by itself: somebody has asked for this command, trusts the
 * workspace, has filled in its blanks, confirmed what it destroys, and chosen the terminal.
 */
import * as vscode from 'vscode';
import type { FollowedCommand } from '../../server/protocol.ts';
import { titleOf } from './run.ts';

/** Answers to what was asked last, by the name of the variable. */
export type Values = Map<string, string>;

/** @returns the values of all inputs; undefined where somebody has given up */
export async function askForInputs(
  command: FollowedCommand,
  known: Values,
): Promise<Record<string, string> | undefined> {
  const values: Record<string, string> = {};
  for (const [index, name] of command.inputs.entries()) {
    const value = await vscode.window.showInputBox({
      title: `${titleOf(command)} (${index + 1} of ${command.inputs.length})`,
      prompt: `What is ${name}? It is quoted for the shell where it has to be.`,
      value: known.get(name) ?? '',
      ignoreFocusOut: true,
      validateInput: (text) => (text === '' ? `The command needs ${name}.` : undefined),
    });
    if (value === undefined) return undefined;
    known.set(name, value);
    values[name] = value;
  }
  return values;
}

/** Asks before what is hard to get back is destroyed. */
export async function confirm(
  { dangers }: FollowedCommand,
  code: string,
  terminal: string,
): Promise<boolean> {
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
