/** What the client needs to let somebody follow a runbook: its tasks, a command with its blanks filled in, a postmortem. */
import type { Connection } from 'vscode-languageserver';
import {
  fillCommand,
  filledDangers,
  tasksOf,
  writePostmortem,
  type CommandStep,
  type Model,
  type Runbook,
  type Task,
} from '../rules/index.ts';
import { signalOf } from './cancellation.ts';
import type { Folders, Opened } from './folders.ts';
import {
  fillCommandRequest,
  followRequest,
  postmortemRequest,
  type FilledCommand,
  type FillCommandParams,
  type FollowedCommand,
  type FollowedPage,
  type FollowedTask,
  type FollowParams,
  type Postmortem,
  type PostmortemParams,
} from './protocol.ts';

export function registerFollow(connection: Connection, folders: Folders): void {
  connection.onRequest(followRequest, async ({ page }: FollowParams, token): Promise<FollowedPage | null> => {
    const opened = folders.find(page);
    if (!opened) return null;
    const { model } = await folders.audit(opened.folder, signalOf(token));
    const tasks = tasksAt(opened, model);
    if (!tasks) return null;
    const { title, alerts } = runbookAt(opened, model);
    return {
      title,
      alerts: alerts.map(({ facts }) => facts.name.value),
      tasks: tasks.map(taskMessage),
    };
  });

  connection.onRequest(
    fillCommandRequest,
    async ({ page, key, values }: FillCommandParams, token): Promise<FilledCommand | null> => {
      const opened = folders.find(page);
      if (!opened) return null;
      const { model } = await folders.audit(opened.folder, signalOf(token));
      const commands = (tasksAt(opened, model) ?? []).flatMap((task) =>
        task.kind === 'task' ? task.commands : [],
      );
      const step = commands.find((command) => command.key === key);
      return step
        ? { code: fillCommand(step, values), dangers: filledDangers(step, values).map(inWords) }
        : null;
    },
  );

  connection.onRequest(
    postmortemRequest,
    async ({ page, run }: PostmortemParams, token): Promise<Postmortem | null> => {
      const opened = folders.find(page);
      if (!opened) return null;
      const { folder } = opened;
      const { model } = await folders.audit(folder, signalOf(token));
      const { path, text } = writePostmortem(runbookAt(opened, model), run, model);
      return { uri: folder.uriOf(path), text };
    },
  );
}

function tasksAt({ folder, path }: Opened, { pages }: Model): readonly Task[] | undefined {
  const facts = pages.get(path);
  const file = folder.session.read(path);
  return facts && file && tasksOf(facts, file.text);
}

/** Any page can be followed; of one that is no runbook nothing but its title is known. */
function runbookAt(
  { path }: Opened,
  { runbooks, pages }: Model,
): Pick<Runbook, 'file' | 'title' | 'alerts' | 'services'> {
  const title = pages.get(path)?.headings[0]?.text ?? path;
  return runbooks.find(({ file }) => file === path) ?? { file: path, title, alerts: [], services: [] };
}

function taskMessage(task: Task): FollowedTask {
  return task.kind === 'task' ? { ...task, commands: task.commands.map(commandMessage) } : task;
}

/** What Runme's annotations say of a command counts here too. */
function commandMessage(step: CommandStep): FollowedCommand {
  const { key, code, language, shell, inputs, dangers, annotations } = step;
  const says = (name: string, ...values: readonly string[]): boolean =>
    values.includes(annotations[name]?.toLowerCase() ?? '');
  const asks = !says('promptEnv', 'false', 'no', '0', 'off', 'never');
  return {
    key,
    code,
    ...(annotations['name'] && { name: annotations['name'] }),
    ...(annotations['cwd'] && { cwd: annotations['cwd'] }),
    ...(language !== undefined && { language }),
    runs: shell && !says('ignore', 'true') && !says('exclude', 'true'),
    background: says('background', 'true'),
    inputs: inputs.filter(({ kind }) => asks || kind === 'blank'),
    dangers: dangers.map(inWords),
  };
}

function inWords({ command, effect }: CommandStep['dangers'][number]): string {
  return `${command} ${effect}`;
}
