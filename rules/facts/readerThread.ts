/** What runs in a thread of `readers.ts`: paths come, facts go, in the order in which they were asked for. */
import { parentPort, workerData } from 'node:worker_threads';
import { kindsClaiming, readFacts, type FileFacts } from './readFacts.ts';
import { DiskWorkspace } from '../workspace/disk.ts';

const workspace = new DiskWorkspace(workerData as string);
let last: Promise<void> = Promise.resolve();

parentPort!.on('message', (paths: readonly string[]) => {
  last = last.then(async () => parentPort!.postMessage(await readAll(paths)));
});

function readAll(paths: readonly string[]): Promise<readonly FileFacts[]> {
  return Promise.all(paths.map((path) => readFacts(workspace, path, kindsClaiming(path))));
}
