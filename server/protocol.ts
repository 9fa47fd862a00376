/**
 * The messages between server and client beyond the Language Server Protocol. Types and names only: both sides import
 * this file, so it must never import the engine, the editor or a protocol library. Places are URIs and LSP ranges here.
 */

// ---- Client → server ----

/** `initializationOptions`. Every one is optional: other editors start the server without them. */
export interface InitializationOptions {
  /**
   * The client can open a rule's page at this URI + rule id + `.md` (for instance `scaleready-rule:/health/x.md`).
   * `codeDescription` links there.
   */
  readonly rulePages?: string;
  /** The client listens to `scaleready/status` and shows its own progress; without it, `$/progress` is used. */
  readonly status?: boolean;
  /** The client completes links of Markdown by itself. */
  readonly completesMarkdown?: boolean;
  /** The client completes YAML by the schemas that the extension contributes. */
  readonly completesSchemas?: boolean;
  /** The client can follow a runbook step by step: the command takes the page's URI. */
  readonly followCommand?: string;
}

/** The settings under `scaleready` (`workspace/configuration` per folder, `workspace/didChangeConfiguration`). */
export interface Settings {
  /** False: no diagnostics and no scorecard for this folder. */
  readonly enable: boolean;
  /** Rule id or glob → level. Laid over `.scaleready.yaml`; in an order of their own the last match wins. */
  readonly rules: Readonly<Record<string, 'off' | Severity>>;
  /** False: no lines above alerts, services and runbooks. */
  readonly codeLens: boolean;
}

/** Request: `ScorecardParams` → `ScorecardResult`. Waits for the running audit; cancellable. */
export const scorecardRequest = 'scaleready/scorecard';

export interface ScorecardParams {
  /** The folder's URI; without it, every folder of the workspace. */
  readonly workspaceFolder?: string;
  /** Read every file again first, whatever is known: what "Audit Workspace" asks for. */
  readonly fresh?: boolean;
}

export interface ScorecardResult {
  /** In the order of the workspace folders. */
  readonly folders: readonly FolderReport[];
  /** Every rule, in the order of areas and of the catalogue. Columns of the matrix. */
  readonly rules: readonly RuleSummary[];
}

/** Request: `ExplainParams` → `ExplainResult | null` (null: no such rule). */
export const explainRequest = 'scaleready/explain';

export interface ExplainParams {
  readonly rule: string;
}

export interface ExplainResult {
  /** The rule's page without its cases. */
  readonly markdown: string;
}

/** Request without parameters: → `RuleSummary[]`. */
export const rulesRequest = 'scaleready/rules';

/** Request without parameters: → `StarterConfiguration`. What `scaleready init` would write; the client creates it. */
export const starterConfigurationRequest = 'scaleready/starterConfiguration';

export interface StarterConfiguration {
  /** Relative to the workspace folder: `.scaleready.yaml`. */
  readonly path: string;
  readonly text: string;
}

/** Request without parameters: → `FolderServices[]`, for the Services view. Waits for the running audit; cancellable. */
export const servicesRequest = 'scaleready/services';

export interface FolderServices {
  readonly folder: string;
  readonly name: string;
  readonly services: readonly ServiceSummary[];
}

/** Request without parameters: → `FolderFlags[]`, for the Flags view. Waits for the running audit; cancellable. */
export const flagsRequest = 'scaleready/flags';

export interface FolderFlags {
  readonly folder: string;
  readonly name: string;
  /** The most pressing first. */
  readonly flags: readonly FlagSummary[];
}

/** Request: `RunbooksParams` → `FolderRunbooks[]`, for the Runbooks view. Waits for the running audit; cancellable. */
export const runbooksRequest = 'scaleready/runbooks';

export interface RunbooksParams {
  /** The URI of the file somebody looks at. */
  readonly file?: string;
}

export interface FolderRunbooks {
  readonly folder: string;
  readonly name: string;
  /** Runbooks, their indexes, postmortems and onboarding pages. */
  readonly pages: readonly RunbookSummary[];
  /** Alerts and services that no page is about. */
  readonly gaps: readonly RunbookGap[];
  /** What is for the file that was asked for; absent where it is in another folder. */
  readonly forFile?: {
    readonly path: string;
    /** Paths of pages. */
    readonly pages: readonly string[];
    readonly gaps: readonly RunbookGap[];
  };
}

/** Request: `FollowParams` → `FollowedPage | null` (null: no such page), as it is now, unsaved text included. */
export const followRequest = 'scaleready/follow';

export interface FollowParams {
  /** The page's URI. */
  readonly page: string;
}

export interface FollowedPage {
  readonly title: string;
  /** Names of the alerts that lead to it. */
  readonly alerts: readonly string[];
  readonly tasks: readonly FollowedTask[];
}

export type FollowedTask =
  | { readonly kind: 'heading'; readonly key: string; readonly depth: number; readonly text: string }
  /** To be read. */
  | { readonly kind: 'text'; readonly key: string; readonly markdown: string }
  /** To be checked off; without text where its command is all of it. The key stays through edits elsewhere. */
  | {
      readonly kind: 'task';
      readonly key: string;
      readonly markdown: string;
      readonly commands: readonly FollowedCommand[];
    };

export interface FollowedCommand {
  readonly key: string;
  readonly code: string;
  /** The name and folder that its fence gives it, as Runme reads them. */
  readonly name?: string;
  readonly cwd?: string;
  readonly language?: string;
  /** It is for a shell; other code is to be read or copied. */
  readonly runs: boolean;
  /** It goes on running, so it wants a terminal of its own. */
  readonly background: boolean;
  /** What to ask for before it runs; the shell may have a variable already, a blank has to be filled in. */
  readonly inputs: readonly { readonly name: string; readonly kind: 'variable' | 'blank' }[];
  /** What it destroys: `kubectl delete pvc deletes the data on that volume`. */
  readonly dangers: readonly string[];
}

/** Request: `FillCommandParams` → `FilledCommand | null` (null: the page has no such command any more). */
export const fillCommandRequest = 'scaleready/fillCommand';

export interface FillCommandParams extends FollowParams {
  readonly key: string;
  /** By the names of the command's inputs; quoted for a shell where a value needs it. */
  readonly values: Readonly<Record<string, string>>;
}

export interface FilledCommand {
  readonly code: string;
  /** What it destroys with these values. */
  readonly dangers: readonly string[];
}

/** Request: `PostmortemParams` → `Postmortem | null`. Nothing is written: the client creates the file. */
export const postmortemRequest = 'scaleready/postmortem';

export interface PostmortemParams extends FollowParams {
  /** Times are milliseconds since 1970. */
  readonly run: {
    readonly began: number;
    readonly finished?: number;
    readonly entries: readonly { readonly at: number; readonly text: string }[];
  };
}

export interface Postmortem {
  /** Where it belongs; it may be there already. */
  readonly uri: string;
  readonly text: string;
}

// ---- Commands of the server (`workspace/executeCommand`), for every client ----

/** Argument: `NewRunbookParams`. Creates the page, lets its alert lead to it, and shows it. */
export const createRunbookCommand = 'scaleready.server.createRunbook';

export interface NewRunbookParams {
  /** The workspace folder's URI. */
  readonly folder: string;
  readonly about: { readonly alert: string } | { readonly service: string } | { readonly title: string };
}

/** Argument: `ShowPlacesParams`. Shows the place, or asks which of several. */
export const showPlacesCommand = 'scaleready.server.showPlaces';

export interface ShowPlacesParams {
  /** Where the command is offered. */
  readonly from: Location;
  readonly places: readonly Location[];
}

/** Request: `RemoveFlagParams` → `FlagRemoval`. Nothing is changed: the client shows the edits, and applies them. */
export const removeFlagRequest = 'scaleready/removeFlag';

export interface RemoveFlagParams {
  /** The folder's URI. */
  readonly folder: string;
  readonly key: string;
  /** What everybody gets from now on. */
  readonly keep: 'on' | 'off';
}

export interface FlagRemoval {
  readonly edits: readonly { readonly at: Place; readonly text: string }[];
  /** What needs a person; `why` goes on after the place: `always gives true now`. */
  readonly left: readonly { readonly at: Place; readonly why: string }[];
}

// ---- Server → client ----

/**
 * Notification: `Status`, over all folders. While indexing at most ten a second; one `ready` after each audit that
 * changed anything (the client then asks for the scorecard again if it shows one).
 */
export const statusNotification = 'scaleready/status';

export interface Status {
  readonly state: 'indexing' | 'ready';
  /** Files read so far and in total; equal when ready. */
  readonly done: number;
  readonly total: number;
  /** The total score, 0–100; null when nothing could be scored or it is not known yet. */
  readonly percent: number | null;
  readonly findings: FindingCounts;
  readonly files: FileCounts;
}

// ---- What they carry ----

export type Severity = 'error' | 'warning' | 'info';
export type Standing = 'met' | 'gap' | 'unknown' | 'not-applicable';
export type FindingCounts = Readonly<Record<Severity, number>>;

/** As LSP: zero-based lines and UTF-16 characters. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Location {
  readonly uri: string;
  readonly range: Range;
}

/** A range in a file; without a range, the file (or the folder) as a whole. */
export interface Place {
  readonly uri: string;
  /** The path relative to the workspace folder, for display. */
  readonly path: string;
  readonly range?: Range;
}

export interface Evidence {
  readonly at: Place;
  readonly message: string;
}

export interface FileCounts {
  readonly seen: number;
  /** Files that facts were read from. */
  readonly parsed: number;
  readonly skipped: number;
}

export interface RuleSummary {
  readonly id: string;
  readonly title: string;
  readonly area: string;
  /** The area's title, such as `Health checks`. */
  readonly areaTitle: string;
  readonly section: string;
  readonly level: 'off' | Severity;
  readonly fix: 'safe' | 'suggested' | 'none';
}

export interface FolderReport {
  /** The workspace folder's URI. */
  readonly folder: string;
  readonly name: string;
  readonly scorecard: Scorecard;
  readonly findings: FindingCounts;
  readonly files: FileCounts;
  /** What was left out and why ("was not checked because …"), at most a hundred of them. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

export interface Scorecard {
  readonly total: Score;
  readonly areas: readonly AreaScore[];
  /** Of the repository; undefined where no level asks for anything that applies. */
  readonly reached?: Reached;
  readonly services: readonly ServiceScore[];
  readonly cells: readonly Cell[];
  /** The article's five starting items, a to e. */
  readonly checklist: readonly ChecklistItem[];
}

export interface Score {
  readonly met: number;
  readonly gap: number;
  readonly unknown: number;
  /** Met of met and gaps, 0–100; null when there are neither. */
  readonly percent: number | null;
}

export interface AreaScore {
  readonly area: string;
  readonly title: string;
  readonly score: Score;
}

export interface ServiceScore {
  readonly name: string;
  readonly at: Place;
  /** Its folder, relative. */
  readonly root?: string;
  readonly language?: string;
  readonly owners: readonly string[];
  readonly score: Score;
  readonly reached?: Reached;
}

/** Bronze, silver or gold, and what the next level asks for. */
export interface Reached {
  readonly level: LevelName | null;
  readonly next: LevelName | null;
  readonly missing: readonly {
    readonly title: string;
    readonly standing: 'gap' | 'unknown';
    readonly rules: readonly string[];
    readonly services: readonly string[];
  }[];
}

export type LevelName = 'bronze' | 'silver' | 'gold';

/** One practice (rule) of one service; cells that are not listed are not applicable. */
export interface Cell {
  /** Null: the repository as a whole. */
  readonly service: string | null;
  readonly rule: string;
  readonly standing: Standing;
  /** Why it cannot be known, or does not apply: a full sentence. */
  readonly why?: string;
  readonly evidence: readonly Evidence[];
  readonly findings: readonly FindingSummary[];
}

export interface FindingSummary {
  /** As in the diagnostic's `data`. */
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  readonly at: Place;
  readonly related: readonly Evidence[];
}

export interface ChecklistItem {
  readonly item: 'a' | 'b' | 'c' | 'd' | 'e';
  readonly title: string;
  readonly standing: Standing;
  readonly evidence: readonly Evidence[];
  /** Full sentences: what is not there yet. */
  readonly missing: readonly string[];
  /** What gives the most, done first. */
  readonly first?: string;
}

/** What is believed of a service, and why. */
export interface ServiceSummary {
  readonly name: string;
  /** Its language, its folder, and what is unusual about it. */
  readonly description: string;
  readonly at: Place;
  /** Without empty ones. */
  readonly groups: readonly ServiceGroup[];
}

export interface ServiceGroup {
  readonly kind: ServiceLineKind;
  readonly lines: readonly ServiceLine[];
}

export type ServiceLineKind =
  | 'because'
  | 'built'
  | 'runs'
  | 'listens'
  | 'serves'
  | 'asked'
  | 'traced'
  | 'calls'
  | 'owned'
  | 'alerts'
  | 'runbooks'
  | 'flags';

export interface ServiceLine {
  readonly text: string;
  readonly at: Place;
  /** The other end of a join: `served`, `explained`, `defined`. */
  readonly other?: OtherEnd;
}

export interface OtherEnd {
  /** `unknown`: it may be there, but that cannot be said for certain. */
  readonly found: 'yes' | 'no' | 'unknown';
  /** What it is there for, in one word: `served`. */
  readonly as: string;
  readonly at?: Place;
}

export interface FlagSummary {
  readonly key: string;
  readonly standing: FlagStanding;
  /** What is known of it, in words: what is wrong first. */
  readonly words: readonly string[];
  readonly definitions: readonly Place[];
  readonly reads: readonly Place[];
}

export interface RunbookSummary {
  readonly kind: 'runbook' | 'index' | 'postmortem' | 'onboarding';
  readonly title: string;
  /** Of its title. */
  readonly at: Place;
  /** Without those that are named on a page alone. */
  readonly owners: readonly string[];
  /** ISO date of the last review. */
  readonly reviewed?: string;
  /** Reviewed longer ago than the team wants. */
  readonly stale: boolean;
  readonly services: readonly Named[];
  readonly alerts: readonly Named[];
}

export interface Named {
  readonly name: string;
  readonly at: Place;
}

export interface RunbookGap extends Named {
  readonly kind: 'alert' | 'service';
  /** A URL that leads out of the repository, or to nothing in it. */
  readonly url?: string;
}

/** In the order of clean-up. */
export type FlagStanding = 'undefined' | 'expired' | 'unused' | 'unowned' | 'settled';
