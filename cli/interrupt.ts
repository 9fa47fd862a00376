/** Ctrl+C and being told to end: work stops at the next safe point, and nothing is left half-written. */

/** The user or the system ended the command. */
export class Interrupted extends Error {
  constructor(readonly exitCode: number) {
    super('Interrupted');
  }
}

/** As shells report a process that a signal ended: 128 and the signal's number. */
const signals = { SIGINT: 130, SIGTERM: 143 } as const;

/** A signal that is aborted, with `Interrupted`, at the first Ctrl+C; a second one ends the process at once. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const [name, exitCode] of Object.entries(signals)) {
    process.once(name, () => {
      process.once(name, () => process.exit(exitCode));
      controller.abort(new Interrupted(exitCode));
    });
  }
  return controller.signal;
}
