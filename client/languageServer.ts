/** The language server as the rest of the client sees it: its life, its status and the requests it answers. */
import * as vscode from 'vscode';
import { LanguageClient, State, TransportKind, type Middleware } from 'vscode-languageclient/node';
import {
  createRunbookCommand,
  explainRequest,
  fillCommandRequest,
  flagsRequest,
  followRequest,
  postmortemRequest,
  removeFlagRequest,
  rulesRequest,
  runbooksRequest,
  scorecardRequest,
  servicesRequest,
  showPlacesCommand,
  starterConfigurationRequest,
  statusNotification,
  type ExplainResult,
  type FlagRemoval,
  type FilledCommand,
  type FillCommandParams,
  type FolderFlags,
  type FolderRunbooks,
  type FolderServices,
  type FollowedPage,
  type InitializationOptions,
  type NewRunbookParams,
  type Postmortem,
  type PostmortemParams,
  type RemoveFlagParams,
  type RuleSummary,
  type ScorecardParams,
  type ScorecardResult,
  type ShowPlacesParams,
  type StarterConfiguration,
  type Status,
} from '../server/protocol.ts';
import { rangeOf } from './places.ts';
import { rulePages } from './rulePages.ts';

/** `starting` until the server's first status arrives; `stopped` when it failed or was ended. */
export type ServerState = 'starting' | 'running' | 'stopped';

export class LanguageServer implements vscode.Disposable {
  readonly #client: LanguageClient;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  #state: ServerState = 'starting';
  #status: Status | undefined;

  /** Fires when `state` or `status` changes. */
  readonly onDidChange = this.#changed.event;

  constructor(context: vscode.ExtensionContext, output: vscode.LogOutputChannel) {
    const module = context.asAbsolutePath('dist/server.js');
    const run = { module, transport: TransportKind.ipc };
    const options: InitializationOptions = {
      rulePages,
      followCommand: 'scaleready.followRunbook',
      status: true,
      completesMarkdown: true,
      completesSchemas: vscode.extensions.getExtension('redhat.vscode-yaml') !== undefined,
    };
    this.#client = new LanguageClient(
      'scaleready',
      'Scaleready',
      { run, debug: { ...run, options: { execArgv: ['--nolazy', '--inspect=6009'] } } },
      {
        // Findings can stand in any file of a folder, whatever its language.
        documentSelector: [{ scheme: 'file' }],
        outputChannel: output,
        initializationOptions: options,
        synchronize: { configurationSection: 'scaleready' },
        markdown: { supportHtml: false, supportThemeIcons: true },
        middleware: { executeCommand },
      },
    );
    this.#subscriptions = [
      this.#client.onNotification(statusNotification, (status: Status) => {
        this.#status = status;
        this.#state = 'running';
        this.#changed.fire();
      }),
      this.#client.onDidChangeState(({ newState }) => {
        if (newState === State.Running) return;
        this.#status = undefined;
        this.#state = newState === State.Stopped ? 'stopped' : 'starting';
        this.#changed.fire();
      }),
    ];
  }

  get state(): ServerState {
    return this.#state;
  }

  /** The last status; undefined until the server has sent one. */
  get status(): Status | undefined {
    return this.#status;
  }

  /** Starts the server. A failure is shown by the language client and leaves the state `stopped`. */
  async start(): Promise<void> {
    await this.#client.start().catch((error: unknown) => {
      this.#client.error('The server did not start.', error, false);
      this.#state = 'stopped';
      this.#changed.fire();
    });
  }

  async restart(): Promise<void> {
    await this.#client.restart();
  }

  scorecard(params: ScorecardParams = {}, token?: vscode.CancellationToken): Promise<ScorecardResult> {
    return this.#client.sendRequest<ScorecardResult>(scorecardRequest, params, token);
  }

  /** The page of a rule; null when there is no such rule. */
  explain(rule: string): Promise<ExplainResult | null> {
    return this.#client.sendRequest<ExplainResult | null>(explainRequest, { rule });
  }

  rules(): Promise<RuleSummary[]> {
    return this.#client.sendRequest<RuleSummary[]>(rulesRequest);
  }

  /** What is believed of the services of every folder. */
  services(token: vscode.CancellationToken): Promise<FolderServices[]> {
    return this.#client.sendRequest<FolderServices[]>(servicesRequest, token);
  }

  /** Every feature flag of every folder, the most pressing first. */
  flags(token: vscode.CancellationToken): Promise<FolderFlags[]> {
    return this.#client.sendRequest<FolderFlags[]>(flagsRequest, token);
  }

  /** The pages of every folder, and what is for the file of this URI. */
  runbooks(file: string | undefined, token = neverCancelled()): Promise<FolderRunbooks[]> {
    return this.#client.sendRequest<FolderRunbooks[]>(runbooksRequest, { file }, token);
  }

  /** Creates a page and shows it. @throws a sentence where that cannot be done */
  async createRunbook(params: NewRunbookParams): Promise<void> {
    await this.#client.sendRequest('workspace/executeCommand', {
      command: createRunbookCommand,
      arguments: [params],
    });
  }

  /** What removing a flag changes, and what it leaves to people. */
  removeFlag(params: RemoveFlagParams): Promise<FlagRemoval> {
    return this.#client.sendRequest<FlagRemoval>(removeFlagRequest, params);
  }

  /** A page as tasks; null where there is none. */
  follow(page: string): Promise<FollowedPage | null> {
    return this.#client.sendRequest<FollowedPage | null>(followRequest, { page });
  }

  /** A command of a page with its blanks filled in; null where the page has none such any more. */
  fillCommand(params: FillCommandParams): Promise<FilledCommand | null> {
    return this.#client.sendRequest<FilledCommand | null>(fillCommandRequest, params);
  }

  /** What a postmortem of a run says, and where it belongs. */
  postmortem(params: PostmortemParams): Promise<Postmortem | null> {
    return this.#client.sendRequest<Postmortem | null>(postmortemRequest, params);
  }

  starterConfiguration(): Promise<StarterConfiguration> {
    return this.#client.sendRequest<StarterConfiguration>(starterConfigurationRequest);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
    void this.#client.dispose();
  }
}

/** Several places are shown where the command is offered, as VS Code shows references. */
const executeCommand: NonNullable<Middleware['executeCommand']> = async (command, args, next) => {
  if (command !== showPlacesCommand) return next(command, args) as unknown;
  const { from, places } = args[0] as ShowPlacesParams;
  return vscode.commands.executeCommand(
    'editor.action.goToLocations',
    vscode.Uri.parse(from.uri),
    rangeOf(from.range).start,
    places.map(({ uri, range }) => new vscode.Location(vscode.Uri.parse(uri), rangeOf(range))),
    'peek',
  );
};

function neverCancelled(): vscode.CancellationToken {
  return new vscode.CancellationTokenSource().token;
}
