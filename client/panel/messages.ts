/** What the panel's page and the extension tell each other. */
import type { Place, ScorecardResult, Status } from '../../server/protocol.ts';

export type ToPage =
  | { readonly type: 'scorecard'; readonly report: ScorecardResult }
  | { readonly type: 'status'; readonly status: Status | undefined; readonly state: PageState };

/** Why there is, or is not, a scorecard. */
export type PageState = 'no-folder' | 'starting' | 'running' | 'stopped';

export type FromPage =
  /** The page is there and shows nothing yet. */
  | { readonly type: 'ready' }
  | { readonly type: 'open'; readonly place: Place }
  | { readonly type: 'explain'; readonly rule: string }
  | { readonly type: 'command'; readonly command: PageCommand; readonly folder?: string };

export const pageCommands = {
  showProblems: 'workbench.actions.view.problems',
  openFolder: 'workbench.action.files.openFolder',
  restartServer: 'scaleready.restartServer',
  showOutput: 'scaleready.showOutput',
  createConfiguration: 'scaleready.createConfiguration',
} as const;

/** The commands the page may run, by a name of its own: it can run no other. */
export type PageCommand = keyof typeof pageCommands;
