/**
 * Threads that read files into facts beside the main one. They are started when there is enough to read to pay for
 * them, and only exist for a folder on disk: what is in an editor's buffer is not there.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FactsReaders } from './factsIndex.ts';
import type { FileFacts } from './readFacts.ts';

/** Files for which starting a thread pays: it takes about as long as reading this many. */
const worthAThread = 600;
/** More threads wait for the disk and for each other. */
const maxThreads = 3;
/** One call is worked on while the next one is under way. */
const lanesPerThread = 2;

export interface ThreadedReaders extends FactsReaders {
  /** Ends the threads; what is being read is given up. */
  stop(): void;
}

/**
 * Readers of a folder; undefined where there is no thread to spare, or where the engine runs from its sources, which a
 * thread cannot load.
 * @param folder an absolute path
 */
export function threadedReaders(folder: string): ThreadedReaders | undefined {
  const spare = Math.min(availableParallelism() - 1, maxThreads);
  return spare > 0 && !import.meta.url.endsWith('.ts') ? new Threads(folder, spare) : undefined;
}

class Threads implements ThreadedReaders {
  readonly #threads: Thread[] = [];
  #calls = 0;

  constructor(
    readonly folder: string,
    readonly most: number,
  ) {}

  lanes(files: number): number {
    const wanted = Math.min(this.most, Math.floor(files / worthAThread));
    while (this.#threads.length < wanted) this.#threads.push(new Thread(this.folder));
    return wanted * lanesPerThread;
  }

  read(paths: readonly string[]): Promise<readonly FileFacts[] | undefined> {
    return this.#threads[this.#calls++ % this.#threads.length]!.read(paths);
  }

  stop(): void {
    for (const thread of this.#threads) thread.stop();
  }
}

class Thread {
  readonly #worker: Worker;
  /** Those who wait, in the order they asked, which is the order of the answers. */
  readonly #waiting: ((facts: readonly FileFacts[] | undefined) => void)[] = [];
  #isBroken = false;

  constructor(folder: string) {
    this.#worker = new Worker(fileURLToPath(new URL('./reader.js', import.meta.url)), { workerData: folder });
    this.#worker.on('message', (facts: readonly FileFacts[]) => this.#waiting.shift()?.(facts));
    this.#worker.on('error', () => this.stop());
    this.#worker.on('exit', () => this.stop());
  }

  read(paths: readonly string[]): Promise<readonly FileFacts[] | undefined> {
    if (this.#isBroken) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#worker.postMessage(paths);
    });
  }

  stop(): void {
    this.#isBroken = true;
    void this.#worker.terminate();
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }
}
