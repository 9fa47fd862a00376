/** The server as a typist meets it: the open file's diagnostics after start, and after keystrokes in what is joined and elsewhere. */
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
  for (const [file, value] of [
    [`services/${service}/Dockerfile`, 'EXPOSE 8080'],
    [`services/${service}/src/server.ts`, "use('/orders"],
    [`deploy/${service}/deployment.yaml`, 'path: /healthz'],
    [path, '"owner": "team'],
  ] as const) {
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
    let version = 1;
    const type = async (offset: number, character: string): Promise<string> => {
      const before = text.slice(0, offset).split('\n');
      const start = { line: before.length - 1, character: before.at(-1)!.length };
      const end = { ...start, character: start.character + 1 };
      const times: number[] = [];
      for (let key = 0; key < keystrokes; key += 1) {
        const change =
          key % 2 === 0
            ? { range: { start, end: start }, text: character }
            : { range: { start, end }, text: '' };
        const typed = performance.now();
        await connection.sendNotification('textDocument/didChange', {
          textDocument: { uri, version: (version += 1) },
          contentChanges: [change],
        });
        await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
        times.push(performance.now() - typed);
      }
      times.sort((a, b) => a - b);
      const at = (share: number): string => times[Math.floor(times.length * share)]!.toFixed(1);
      return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`;
    };
    const joined = await type(text.indexOf(value) + value.length, '1');
    const aside = await type(text.indexOf('\n'), ' ');
    console.log(
      `  server, ${file.replace(service, 'SERVICE')}: first diagnostics ${(first / 1000).toFixed(2)} s, all indexed ${(whole / 1000).toFixed(2)} s, keystroke in a value ${joined}, elsewhere ${aside}`,
    );
    await server.stop();
  }
}
