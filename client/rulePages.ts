/** The rules' pages as documents of their own scheme, so that a diagnostic's code can link to them, offline. */
import * as vscode from 'vscode';
import type { LanguageServer } from './languageServer.ts';

const scheme = 'scaleready-rule';

/** What a rule id and `.md` are appended to. */
export const rulePages = `${scheme}:/`;

export function registerRulePages(server: LanguageServer): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    async provideTextDocumentContent(uri) {
      const rule = uri.path.replace(/^\//, '').replace(/\.md$/, '');
      const page = await server.explain(rule);
      return page?.markdown ?? `# ${rule}\n\nThere is no rule of this name.\n`;
    },
  });
}

/** Opens a rule's page as rendered Markdown, beside the active editor. */
export async function openRulePage(rule: string): Promise<void> {
  const uri = vscode.Uri.parse(`${rulePages}${rule}.md`);
  try {
    await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
  } catch {
    // The built-in Markdown support can be disabled.
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preview: true });
  }
}
