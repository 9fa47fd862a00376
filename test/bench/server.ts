/** The server as a typist meets it: the open file's diagnostics after start, and after keystrokes in what is joined and elsewhere. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { DocumentDiagnosticReport, Range } from 'vscode-languageserver/node';
import { startServer } from '../support/languageClient.ts';

const keystrokes = 200;
/** Milliseconds after which the server has looked for what follows elsewhere. */
const afterwards = 500;

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
    const type = async (offset: number, characters: string): Promise<string> => {
      const before = text.slice(0, offset).split('\n');
      const start = { line: before.length - 1, character: before.at(-1)!.length };
      const end = { ...start, character: start.character + 1 };
      const times: number[] = [];
      const replace = async (range: Range, text: string): Promise<void> => {
        await connection.sendNotification('textDocument/didChange', {
          textDocument: { uri, version: (version += 1) },
          contentChanges: [{ range, text }],
        });
        await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
      };
      for (let key = 0; key < keystrokes; key += 1) {
        const typed = performance.now();
        // Never a text that was there a moment ago, whose findings would be known still.
        await replace({ start, end: key === 0 ? start : end }, characters[key % characters.length]!);
        times.push(performance.now() - typed);
      }
      await replace({ start, end }, '');
      await setTimeout(afterwards);
      times.sort((a, b) => a - b);
      const at = (share: number): string => times[Math.floor(times.length * share)]!.toFixed(1);
      return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`;
    };
    const joined = await type(text.indexOf(value) + value.length, '123456789');
    const aside = await type(text.indexOf('\n'), ' \t');
    console.log(
      `  server, ${file.replace(service, 'SERVICE')}: first diagnostics ${(first / 1000).toFixed(2)} s, all indexed ${(whole / 1000).toFixed(2)} s, keystroke in a value ${joined}, elsewhere ${aside}`,
    );
    await server.stop();
  }
}
