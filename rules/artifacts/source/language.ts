/**
 * What a language is to the `source` kind: one folder with one object that reads a file of it into facts. A language
 * knows syntax and the libraries people use in it; it must never know paths, other files or rules.
 */
import type { GrammarName, TextFile } from '../artifact.ts';
import type { SourceFacts } from './facts.ts';

export interface Language {
  /** `javascript`, `python` … as `SourceFacts.language` has it. */
  readonly id: string;
  /** With the dot, lower case. */
  readonly extensions: readonly string[];
  grammar(path: string): GrammarName;
  /** Whether the raw text may hold a fact: one pass, before anything is parsed. */
  mayHold(text: string): boolean;
  /** Reads half-typed code as far as it goes; never throws. */
  extract(file: TextFile): SourceFacts;
}

/** The lists of `SourceFacts`, to be filled. */
export type FactLists = {
  -readonly [Key in Exclude<keyof SourceFacts, 'language'>]: SourceFacts[Key][number][];
};

export function noFacts(): FactLists {
  return {
    imports: [],
    listens: [],
    routers: [],
    grpc: [],
    tracing: [],
    signals: [],
    calls: [],
    flags: [],
    flagKeys: [],
    environment: [],
    required: [],
    state: [],
    stores: [],
    schedules: [],
    swallowed: [],
    retries: [],
    fanOuts: [],
    prints: [],
    loggers: [],
    rateLimits: [],
    metrics: [],
    events: [],
    exports: [],
    portFields: [],
  };
}
