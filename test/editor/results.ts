/** What the suite in the extension host tells the process that started it. */
export interface SuiteResult {
  readonly title: string;
  /** Why it failed; absent when it passed. */
  readonly failure?: string;
}
