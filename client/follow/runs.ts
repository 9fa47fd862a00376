/** The runs of every page, kept with the workspace through restarts. */
import type * as vscode from 'vscode';
import { freshRun, type Run } from './run.ts';

const key = 'scaleready.runs';
/** Older ones are forgotten. */
const maxRuns = 10;

export class Runs {
  constructor(private readonly memory: vscode.Memento) {}

  /** The runs of a page, the current one last. */
  of(uri: string): { readonly current: Run; readonly before?: Run } {
    const runs = this.#all()[uri] ?? [];
    const [before] = runs.slice(-2, -1);
    return { current: runs.at(-1) ?? freshRun, ...(before && { before }) };
  }

  async change(uri: string, change: (run: Run) => Run): Promise<void> {
    const runs = this.#all()[uri] ?? [];
    await this.#keep(uri, [...runs.slice(0, -1), change(runs.at(-1) ?? freshRun)]);
  }

  async startOver(uri: string): Promise<void> {
    await this.#keep(uri, [...(this.#all()[uri] ?? []), freshRun].slice(-maxRuns));
  }

  async #keep(uri: string, runs: readonly Run[]): Promise<void> {
    await this.memory.update(key, { ...this.#all(), [uri]: runs });
  }

  #all(): Readonly<Record<string, readonly Run[]>> {
    return this.memory.get<Record<string, readonly Run[]>>(key) ?? {};
  }
}
