/** The protocol's cancellation as the platform's. */
import { LSPErrorCodes, ResponseError, type CancellationToken } from 'vscode-languageserver';

/** A signal that is aborted when the client cancels its request; thrown, its reason is the answer clients expect then. */
export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  const abort = (): void =>
    controller.abort(
      new ResponseError(LSPErrorCodes.RequestCancelled, 'The client has cancelled the request.'),
    );
  if (token.isCancellationRequested) abort();
  else token.onCancellationRequested(abort);
  return controller.signal;
}
