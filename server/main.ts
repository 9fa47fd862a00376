/** Starts the language server: over stdio for any editor, over Node's IPC for the extension. */
import {
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { serve } from './server.ts';

/** Speaks the Language Server Protocol on standard input and output until the client ends it. */
export function startStdio(): void {
  // Whatever a library logs would break the protocol; standard error is for people.
  console.log = console.info = console.debug = console.error;
  const connection = createConnection(
    ProposedFeatures.all,
    new StreamMessageReader(process.stdin),
    new StreamMessageWriter(process.stdout),
  );
  serve(connection);
}

if (process.argv.includes('--node-ipc')) serve(createConnection(ProposedFeatures.all));
