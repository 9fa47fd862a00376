/** What the page of a followed runbook and the extension tell each other. */
import type { FollowedPage } from '../../server/protocol.ts';
import type { Run } from './run.ts';

export type ToPage = {
  readonly type: 'state';
  /** The URI of the page, which it keeps for the next start. */
  readonly uri: string;
  readonly path: string;
  /** Absent: there is no such page any more. */
  readonly page?: FollowedPage;
  readonly run: Run;
  /** The run before this one. */
  readonly before?: Run;
  /** Commands may be sent to a terminal. */
  readonly trusted: boolean;
  /** The terminal that was chosen. */
  readonly terminal?: string;
};

export type FromPage =
  /** The page is there and shows nothing yet. */
  | { readonly type: 'ready' }
  | { readonly type: 'toggle'; readonly key: string }
  | { readonly type: 'run' | 'copy'; readonly key: string }
  | { readonly type: 'link'; readonly href: string }
  | { readonly type: 'finish' | 'startOver' | 'postmortem' | 'openPage' | 'chooseTerminal' | 'manageTrust' };
