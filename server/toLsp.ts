/** Turns what the engine says into the words of the protocol. */
import {
  CreateFile,
  DiagnosticSeverity,
  TextDocumentEdit,
  TextEdit,
  type Diagnostic,
  type Location,
  type Range,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { Change, Finding, LineIndex, Place, Severity } from '../rules/index.ts';
import type { Folder } from './folder.ts';
import type { Place as PlaceMessage } from './protocol.ts';

/** What a diagnostic carries so that its finding can be found again. */
export interface DiagnosticData {
  readonly finding: string;
}

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/** Converts places of one folder, reading each file's lines once. Short-lived: it does not see later edits. */
export class Places {
  readonly #lines = new Map<string, LineIndex | undefined>();

  constructor(readonly folder: Folder) {}

  /** A place without a range, or in a file that is gone, is the file's start. */
  range({ file, range }: Place): Range {
    const lines = range && this.#linesOf(file);
    if (!lines) return { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    return { start: lines.position(range.start), end: lines.position(range.end) };
  }

  location(place: Place): Location {
    return { uri: this.folder.uriOf(place.file), range: this.range(place) };
  }

  /** As the messages beyond the protocol carry it. */
  sent(place: Place): PlaceMessage {
    const { file } = place;
    return { uri: this.folder.uriOf(file), path: file, ...(place.range && { range: this.range(place) }) };
  }

  #linesOf(file: string): LineIndex | undefined {
    if (!this.#lines.has(file)) this.#lines.set(file, this.folder.session.read(file)?.lines);
    return this.#lines.get(file);
  }
}

/** @param href where a rule's page can be opened */
export function toDiagnostic(
  finding: Finding,
  places: Places,
  href: (rule: string) => string | undefined,
): Diagnostic {
  const page = href(finding.rule);
  const data: DiagnosticData = { finding: finding.id };
  return {
    range: places.range(finding.at),
    severity: severities[finding.severity],
    code: finding.rule,
    ...(page && { codeDescription: { href: page } }),
    source: 'scaleready',
    message: finding.message,
    relatedInformation: finding.related.map(({ at, message }) => ({
      location: places.location(at),
      message,
    })),
    data,
  };
}

/** Files are created first, then edited. @param versionOf the version of an open document, null for others */
export function toWorkspaceEdit(
  changes: readonly Change[],
  places: Places,
  versionOf: (uri: string) => number | null,
): WorkspaceEdit {
  const { folder } = places;
  const start = { line: 0, character: 0 };
  const creates = changes.filter((change) => change.kind === 'create');
  const edits = changes.filter((change) => change.kind === 'edit');
  return {
    documentChanges: [
      ...creates.flatMap(({ file, text }) => {
        const uri = folder.uriOf(file);
        return [
          CreateFile.create(uri, { overwrite: false, ignoreIfExists: false }),
          TextDocumentEdit.create({ uri, version: null }, [TextEdit.insert(start, text)]),
        ];
      }),
      ...[...new Set(edits.map(({ file }) => file))].map((file) => {
        const uri = folder.uriOf(file);
        const ofFile = edits.filter((edit) => edit.file === file);
        return TextDocumentEdit.create(
          { uri, version: versionOf(uri) },
          ofFile.map(({ range, text }) => TextEdit.replace(places.range({ file, range }), text)),
        );
      }),
    ],
  };
}

/** The same edit, of which every part is shown and ticked before it is applied. */
export function needingConfirmation(edit: WorkspaceEdit, label: string): WorkspaceEdit {
  const annotationId = 'removal';
  return {
    changeAnnotations: { [annotationId]: { label, needsConfirmation: true } },
    documentChanges: (edit.documentChanges ?? []).map((change) =>
      TextDocumentEdit.is(change)
        ? { ...change, edits: change.edits.map((one) => ({ ...one, annotationId })) }
        : change,
    ),
  };
}
