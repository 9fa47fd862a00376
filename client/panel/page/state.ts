/** What the page knows (sent by the extension), what the reader chose (kept when the panel is hidden), and the ways out. */
import type { FolderReport, Place, ScorecardResult, Status } from '../../../server/protocol.ts';
import type { FromPage, PageCommand, PageState, ToPage } from '../messages.ts';
import type { Filter } from './matrix.ts';

interface Host {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): Host;

/** What the reader chose. */
export interface View extends Filter {
  /** The folder shown, of several. */
  readonly folder?: string;
  /** Areas whose rows are folded away. */
  readonly folded: readonly string[];
}

export interface Known {
  readonly state: PageState;
  readonly status?: Status;
  readonly report?: ScorecardResult;
}

const host = acquireVsCodeApi();
let known: Known = { state: 'starting' };
let view: View = { show: 'all', query: '', folded: [], ...(host.getState() as Partial<View> | undefined) };
let changed: () => void = () => undefined;

export const state = {
  get known(): Known {
    return known;
  },
  get view(): View {
    return view;
  },
  /** The folder the reader chose, else the first. */
  get folder(): FolderReport | undefined {
    const folders = known.report?.folders;
    return folders?.find(({ folder }) => folder === view.folder) ?? folders?.[0];
  },
  /** Calls back after each change, and begins to listen to the extension. */
  start(onChange: () => void): void {
    changed = onChange;
    window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
      if (data.type === 'scorecard') known = { ...known, report: data.report };
      else known = { ...known, state: data.state, status: data.status };
      changed();
    });
    host.postMessage({ type: 'ready' });
  },
  choose(change: Partial<View>): void {
    view = { ...view, ...change };
    host.setState(view);
    changed();
  },
};

export function open(place: Place): void {
  host.postMessage({ type: 'open', place });
}

export function explain(rule: string): void {
  host.postMessage({ type: 'explain', rule });
}

export function run(command: PageCommand): void {
  host.postMessage({ type: 'command', command, folder: state.folder?.folder });
}
