/** The status bar item: the score and the findings; while indexing, how far that is. Opens the panel. */
import * as vscode from 'vscode';
import type { Status } from '../server/protocol.ts';
import type { LanguageServer } from './languageServer.ts';
import { count } from './words.ts';

export function createStatusBar(server: LanguageServer): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('scaleready.status', vscode.StatusBarAlignment.Left, 0);
  item.name = 'Scaleready: scaling readiness';
  const update = () => {
    Object.assign(item, appearance(server));
    item.show();
  };
  update();
  return vscode.Disposable.from(item, server.onDidChange(update));
}

type Appearance = Pick<vscode.StatusBarItem, 'text' | 'tooltip' | 'command' | 'accessibilityInformation'>;

function appearance({ state, status }: LanguageServer): Appearance {
  if (state === 'stopped') {
    const label = 'Scaleready: the server has stopped. Restart it';
    return {
      text: '$(warning) Scaleready',
      tooltip: label,
      command: 'scaleready.restartServer',
      accessibilityInformation: { label },
    };
  }
  const command = 'scaleready.openPanel';
  if (!status || status.state === 'indexing') {
    const progress = status?.total
      ? `${thousands(status.done)} of ${count(status.total, 'file')}`
      : 'starting';
    const label = `Scaleready is reading the workspace: ${progress}`;
    const text = `$(loading~spin) Scaleready${status?.total ? ` ${percentOf(status.done, status.total)}%` : ''}`;
    return { text, tooltip: label, command, accessibilityInformation: { label } };
  }
  const score = status.percent === null ? 'nothing to check' : `${status.percent}%`;
  const { error, warning, info } = status.findings;
  const open = error + warning + info;
  return {
    text: `$(pulse) Scaleready${status.percent === null ? ':' : ''} ${score}${open ? ` · ${thousands(open)}` : ''}`,
    tooltip: tooltip(status),
    command,
    accessibilityInformation: {
      label: `Scaling readiness: ${score}, ${count(open, 'finding')}. Open the panel`,
    },
  };
}

function tooltip({ percent, findings, files }: Status): vscode.MarkdownString {
  const lines = [
    percent === null ? '**Scaling readiness:** nothing to check here' : `**Scaling readiness:** ${percent}%`,
    [
      `$(error) ${count(findings.error, 'error')}`,
      `$(warning) ${count(findings.warning, 'warning')}`,
      `$(info) ${count(findings.info, 'info')}`,
    ].join(' &nbsp; '),
    `${thousands(files.parsed)} of ${count(files.seen, 'file')} checked` +
      (files.skipped ? `, ${thousands(files.skipped)} skipped` : ''),
    'Select to open the readiness panel.',
  ];
  return new vscode.MarkdownString(lines.join('\n\n'), true);
}

function percentOf(part: number, whole: number): number {
  return Math.floor((part / whole) * 100);
}

function thousands(value: number): string {
  return value.toLocaleString('en-US');
}
