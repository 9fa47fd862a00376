/**
 * Findings in SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), with what GitHub code
 * scanning and GitLab ask for beyond the schema: one run, a region and a fingerprint for every result, help and a level
 * for every rule, links to related locations in the message.
 */
import { faults } from '../practices/faults.ts';
import { page } from '../practices/page.ts';
import { rules } from '../practices/registry.generated.ts';
import type { Change, Finding, Level, Rule, Severity } from '../practices/rule.ts';
import type { Suppressed } from '../practices/suppress.ts';
import type { Place, TextRange } from '../text.ts';
import { spanOf, type Reported } from './audited.ts';
import { lineHashes } from './lineHashes.ts';

/** How the addresses in the log are made. */
export interface SarifOptions {
  readonly toolVersion: string;
  /** URI of the current folder, with a slash at its end. */
  readonly root: string;
  /** Where a workspace is: a path below the current folder (empty, or with a slash at its end), else a URI. */
  locate(folder: string): { readonly below: string } | { readonly uri: string };
}

/** A problem of the whole run, for those who read nothing but the log. */
export interface SarifNotice {
  readonly level: 'error' | 'warning';
  readonly message: string;
}

const schemaUri =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const rootId = '%SRCROOT%';
/** GitHub cuts descriptions there. */
const maxDescription = 1024;

const sarifLevels: Readonly<Record<Level, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
  off: 'none',
};
// https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
const problemSeverities: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'recommendation',
};

/**
 * @param notices what kept the audit from being a success, if anything did
 * @returns JSON text that ends with a line break
 */
export async function formatSarif(
  audits: readonly Reported[],
  options: SarifOptions,
  notices: readonly SarifNotice[] = [],
): Promise<string> {
  const bases = new Bases(audits, options);
  const known: readonly Rule[] = [...rules, ...faults];
  const results: object[] = [];
  for (const audited of audits) {
    const writer = new ResultWriter(audited, bases, known);
    for (const finding of audited.audit.findings) results.push(await writer.result(finding));
    for (const suppressed of audited.audit.suppressed) results.push(await writer.suppressed(suppressed));
  }
  const log = {
    $schema: schemaUri,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Scaleready',
            version: options.toolVersion,
            semanticVersion: options.toolVersion,
            rules: await Promise.all(known.map(descriptor)),
          },
        },
        invocations: [
          {
            executionSuccessful: notices.length === 0,
            workingDirectory: { uri: options.root },
            toolExecutionNotifications: [
              ...notices.map(({ level, message }) => ({ level, message: { text: message } })),
              ...audits.flatMap((audited) => skips(audited, bases)),
            ],
          },
        ],
        originalUriBaseIds: bases.ids,
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

async function descriptor(rule: Rule): Promise<object> {
  const { id, title, area, section, level } = rule;
  const markdown = (await page(id)) ?? `# ${id}\n\n${title}\n`;
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: firstParagraph(markdown) ?? title },
    help: { text: markdown, markdown },
    defaultConfiguration: level === 'off' ? { enabled: false } : { level: sarifLevels[level] },
    properties: {
      tags: ['scaleready', area],
      precision: 'high',
      'problem.severity': problemSeverities[level === 'off' ? 'info' : level],
      section,
    },
  };
}

function firstParagraph(markdown: string): string | undefined {
  const section = /^## What it finds\s+([^]*?)(?:\n\s*\n|$)/m.exec(markdown)?.[1];
  const text = section?.replace(/\s+/g, ' ').trim();
  return text && text.length > maxDescription ? `${text.slice(0, maxDescription - 1)}…` : text;
}

/** What addresses are relative to: the current folder, and every workspace outside of it. */
class Bases {
  readonly ids: Record<string, { uri: string; description: { text: string } }>;
  readonly #of = new Map<string, { readonly uriBaseId: string; readonly prefix: string }>();

  constructor(audits: readonly Reported[], options: SarifOptions) {
    this.ids = {
      [rootId]: { uri: options.root, description: { text: 'The folder the audit was started in.' } },
    };
    for (const { folder } of audits) {
      const place = options.locate(folder);
      if ('below' in place) {
        this.#of.set(folder, { uriBaseId: rootId, prefix: place.below });
        continue;
      }
      const uriBaseId = `WORKSPACE${this.#of.size + 1}`;
      this.ids[uriBaseId] = { uri: place.uri, description: { text: 'An audited folder.' } };
      this.#of.set(folder, { uriBaseId, prefix: '' });
    }
  }

  artifact(folder: string, path: string): { uri: string; uriBaseId: string } {
    const { uriBaseId, prefix } = this.#of.get(folder)!;
    return { uri: (prefix + path).split('/').map(encodeURIComponent).join('/'), uriBaseId };
  }
}

class ResultWriter {
  readonly #hashes = new Map<string, readonly string[]>();
  readonly #seen = new Map<string, number>();

  constructor(
    readonly audited: Reported,
    readonly bases: Bases,
    readonly known: readonly Rule[],
  ) {}

  async suppressed({ finding, reason, directive }: Suppressed): Promise<object> {
    const location = this.#location({ file: finding.at.file, range: directive.range });
    const suppression = {
      kind: 'inSource',
      status: 'accepted',
      ...(reason && { justification: reason }),
      location,
    };
    return this.result(finding, [suppression]);
  }

  /** @param suppressions empty, and not left out, where there are none: see 3.27.23 */
  async result(finding: Finding, suppressions: readonly object[] = []): Promise<object> {
    const relatedLocations = finding.related.map(({ at, message }, index) => ({
      id: index + 1,
      ...this.#location(at),
      message: { text: message },
    }));
    const fixes = await this.#fixes(finding);
    return {
      ruleId: finding.rule,
      ruleIndex: this.known.findIndex(({ id }) => id === finding.rule),
      level: sarifLevels[finding.severity],
      message: { text: messageWithLinks(finding) },
      locations: [this.#location(finding.at)],
      ...(relatedLocations.length > 0 && { relatedLocations }),
      partialFingerprints: this.#fingerprints(finding),
      ...this.#baselineState(finding),
      suppressions,
      ...(fixes.length > 0 && { fixes }),
      properties: {
        equivalents: finding.equivalents,
        messageKey: finding.messageKey,
        ...(finding.service !== undefined && { service: finding.service }),
      },
    };
  }

  /** 3.27.24; suppressed findings are no part of a baseline. */
  #baselineState(finding: Finding): object {
    const { baseline, audit } = this.audited;
    if (!baseline || !audit.findings.includes(finding)) return {};
    return { baselineState: baseline.known.has(finding) ? 'unchanged' : 'new' };
  }

  #location(place: Place): { physicalLocation: object } {
    const { folder } = this.audited;
    const artifactLocation = this.bases.artifact(folder, place.file);
    return { physicalLocation: { artifactLocation, region: this.#region(place) } };
  }

  /** GitHub shows nothing that has no region: a file as a whole is its first line. */
  #region(place: Place): object {
    const { range } = place;
    if (range) return regionOf(this.audited, place.file, range);
    const length = this.audited.read(place.file)?.text.match(/^[^\r\n]*/)?.[0].length ?? 0;
    return { startLine: 1, startColumn: 1, endLine: 1, endColumn: length + 1 };
  }

  /** Both stay when something else in the file changes; the first is the one GitHub looks at. */
  #fingerprints(finding: Finding): Record<string, string> {
    const line = spanOf(this.audited, finding.at)?.start.line ?? 1;
    const primaryLocationLineHash = this.#lineHashes(finding.at.file)[line - 1];
    const number = (this.#seen.get(finding.id) ?? 0) + 1;
    this.#seen.set(finding.id, number);
    return {
      ...(primaryLocationLineHash && { primaryLocationLineHash }),
      'scaleready/v1': `${finding.id}:${number}`,
    };
  }

  #lineHashes(path: string): readonly string[] {
    let hashes = this.#hashes.get(path);
    if (!hashes) this.#hashes.set(path, (hashes = lineHashes(this.audited.read(path)?.text ?? '')));
    return hashes;
  }

  async #fixes(finding: Finding): Promise<object[]> {
    const fixes: object[] = [];
    for (const [index, { title, safety }] of finding.fixes.entries()) {
      const changes = (await this.audited.changes?.(finding, index).catch((): Change[] => [])) ?? [];
      if (changes.length === 0) continue;
      const files = [...new Set(changes.map(({ file }) => file))];
      fixes.push({
        description: { text: title },
        artifactChanges: files.map((file) => ({
          artifactLocation: this.bases.artifact(this.audited.folder, file),
          replacements: changes
            .filter((change) => change.file === file)
            .map((change) => this.#replacement(change)),
        })),
        properties: {
          safety,
          newFiles: changes.filter(({ kind }) => kind === 'create').map(({ file }) => file),
        },
      });
    }
    return fixes;
  }

  #replacement(change: Change): object {
    const deletedRegion =
      change.kind === 'create'
        ? { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 }
        : regionOf(this.audited, change.file, change.range);
    return { deletedRegion, insertedContent: { text: change.text } };
  }
}

function regionOf(audited: Reported, file: string, range: TextRange): object {
  const span = spanOf(audited, { file, range });
  if (!span) return { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };
  return {
    startLine: span.start.line,
    startColumn: span.start.column,
    endLine: span.end.line,
    endColumn: span.end.column,
  };
}

/** GitHub shows a related location only where the message links to it (SARIF 3.11.6). */
function messageWithLinks({ message, related }: Finding): string {
  const escape = (text: string): string => text.replace(/[\\[\]]/g, '\\$&');
  const links = related.map((one, index) => `[${escape(one.message)}](${index + 1})`);
  return links.length === 0 ? escape(message) : `${escape(message)}\nSee: ${links.join(', ')}.`;
}

function skips({ folder, audit }: Reported, bases: Bases): object[] {
  return audit.files.skipped.map(({ path, reason }) => ({
    descriptor: { id: 'file-skipped' },
    level: 'note',
    message: { text: `${path} was not checked because ${reason}.` },
    locations: [{ physicalLocation: { artifactLocation: bases.artifact(folder, path) } }],
  }));
}
