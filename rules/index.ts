/** The engine's only door: what the command line, the language server and tests may use. */
export type { Problem, TextFile } from './artifacts/artifact.ts';
export { starterConfiguration, type StarterConfiguration } from './artifacts/configuration/starter.ts';
export type { FactsCache } from './facts/factsIndex.ts';
export type { Model, Runbook } from './model/model.ts';
export { productSigns } from './model/product.ts';
export { applyChanges, OverlappingChanges } from './practices/changes.ts';
export { compareLines, linesOf as linesIn, type LineStep } from './practices/edits/difference.ts';
export { faults } from './practices/faults.ts';
export { compareSeverity, matchesRule, type LevelSetting } from './practices/levels.ts';
export { firstPlan, planPath } from './practices/measures/firstPlan.ts';
export { page, pagePath } from './practices/page.ts';
export { threadedReaders } from './facts/readers.ts';
export { rules } from './practices/registry.generated.ts';
export {
  areas,
  severities,
  type Area,
  type Change,
  type Finding,
  type LazyFix,
  type Level,
  type Message,
  type Rule,
  type Safety,
  type Severity,
} from './practices/rule.ts';
export type { Left, Removal } from './practices/rollout/removal/removal.ts';
export { suppressionComment, type Suppressed } from './practices/suppress.ts';
export { importConfiguration, importedFiles, type Translation } from './practices/translate.ts';
export { nearest } from './nearest.ts';
export { countSeverities } from './report/audited.ts';
export { createRunbook, newRunbook, type NewRunbook } from './practices/runbooks/create.ts';
export type { ChecklistItem } from './report/checklist.ts';
export { beliefs, type ServiceBelief } from './report/model.ts';
export { flagList, type FlagStanding, type ListedFlag } from './report/flagList.ts';
export { completionsAt, type Completion } from './navigation/completion.ts';
export { lensesIn, type Lens } from './navigation/lenses.ts';
export { flagAt, renameFlag } from './navigation/rename.ts';
export { renamePages } from './navigation/pageRename.ts';
export { linksAt, referencesAt, type Linked } from './navigation/links.ts';
export { linesOf, roleInWords, type Line } from './report/modelLines.ts';
export type { Profile } from './practices/profiles.ts';
export type { Reached, Unmet } from './report/levels.ts';
export type { Cell, Score, Scorecard, ServiceScore, Standing } from './report/scorecard.ts';
export {
  runbookReport,
  runbooksFor,
  type FileRunbooks,
  type RunbookGap,
  type RunbookPage,
  type RunbookReport,
} from './report/runbooks.ts';
export { tasksOf, type Task } from './report/runbookTasks.ts';
export { writePostmortem, type RunbookRun } from './practices/runbooks/postmortem.ts';
export { fillCommand, filledDangers, stepsOf, type CommandStep, type Step } from './report/runbookSteps.ts';
export { audit, Session, type Audit, type AuditOptions, type FilesReport, type Progress } from './session.ts';
export { LineIndex, type Evidence, type Place, type Position, type TextRange } from './text.ts';
export { DiskWorkspace } from './workspace/disk.ts';
export { MemoryWorkspace } from './workspace/memory.ts';
export { OverlayWorkspace } from './workspace/overlay.ts';
export type { Listing, Reading, Skipped, Workspace } from './workspace/workspace.ts';
