/** The server as a typist meets it: the open file's diagnostics after start, and after each keystroke. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DocumentDiagnosticReport } from 'vscode-languageserver/node';
import { startServer } from '../support/languageClient.ts';

const keystrokes = 200;

/** @param folder a generated monorepo */
export async function benchServer(folder: string): Promise<void> {
  const path = 'flags/flags.flagd.json';
  const service = readFileSync(join(folder, '.github/CODEOWNERS'), 'utf8').split('/')[2]!;
  for (const file of [
    `services/${service}/Dockerfile`,
    `services/${service}/src/server.ts`,
    `deploy/${service}/deployment.yaml`,
    path,
  ]) {
    const started = performance.now();
    let indexed: (() => void) | undefined;
    const ready = new Promise<void>((resolve) => (indexed = resolve));
    const server = await startServer(
      [folder],
      { textDocument: { diagnostic: {} }, workspace: {} },
      {
        initializationOptions: { status: true },
        listen: (connection) =>
          connection.onNotification('scaleready/status', ({ state }: { state: string }) => {
            if (state === 'ready') indexed?.();
          }),
      },
    );
    const { connection } = server;
    const uri = pathToFileURL(join(folder, file)).href;
    const text = readFileSync(join(folder, file), 'utf8');
    const textDocument = { uri, languageId: 'plaintext', version: 1, text };
    await connection.sendNotification('textDocument/didOpen', { textDocument });
    await connection.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
      textDocument: { uri },
    });
    const first = performance.now() - started;
    await ready;
    const whole = performance.now() - started;
    const times: number[] = [];
    for (let version = 2; version < keystrokes + 2; version += 1) {
      const start = { line: 0, character: 0 };
      const change =
        version % 2 === 0
          ? { range: { start, end: start }, text: ' ' }
          : { range: { start, end: { line: 0, character: 1 } }, text: '' };
      const typed = performance.now();
      await connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [change],
      });
      await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
      times.push(performance.now() - typed);
    }
    times.sort((a, b) => a - b);
    const at = (share: number): string => `${times[Math.floor(times.length * share)]!.toFixed(1)} ms`;
    console.log(
      `  server, ${file.replace(service, 'SERVICE')}: first diagnostics ${(first / 1000).toFixed(2)} s, all indexed ${(whole / 1000).toFixed(2)} s, keystroke p50 ${at(0.5)}, p95 ${at(0.95)}`,
    );
    await server.stop();
  }
}
