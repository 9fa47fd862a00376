/** Completion: keys of flags in code, runbooks of alerts, links of runbooks, our own files. */
import { CompletionItemKind, TextEdit, type Connection } from 'vscode-languageserver';
import { completionsAt, type Completion } from '../rules/index.ts';
import type { Folders } from './folders.ts';
import { spotAt } from './navigation.ts';
import type { InitializationOptions } from './protocol.ts';
import { Places } from './toLsp.ts';

const kinds: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  flag: CompletionItemKind.Constant,
  page: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
  alert: CompletionItemKind.Event,
  heading: CompletionItemKind.Reference,
  key: CompletionItemKind.Property,
  value: CompletionItemKind.EnumMember,
};

/** What begins a string, a part of a path and, where we complete them, a link. */
export function triggersOf({ completesMarkdown }: InitializationOptions): string[] {
  return ['"', "'", '`', '/', ...(completesMarkdown ? [] : ['(', '#'])];
}

export function registerCompletion(
  connection: Connection,
  folders: Folders,
  { completesMarkdown, completesSchemas }: InitializationOptions,
): void {
  const elsewhere = { markdown: completesMarkdown, schemas: completesSchemas };
  connection.onCompletion(async ({ textDocument, position }, token) => {
    const spot = await spotAt(folders, textDocument.uri, position, token);
    if (!spot) return null;
    const { model, path, text, offset } = spot;
    const found = completionsAt(model, path, text, offset, elsewhere);
    if (!found) return null;
    const range = new Places(spot.folder).range({ file: path, range: found.range });
    return found.items.map(({ text: label, insert = label, kind, detail }, index) => ({
      label,
      kind: kinds[kind],
      detail,
      // Clients sort by letters unless they are told otherwise.
      sortText: String(index).padStart(4, '0'),
      textEdit: TextEdit.replace(range, insert),
    }));
  });
}
