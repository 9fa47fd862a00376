/** How the command ends. */

/** The exit codes, as documented in docs/cli.md. */
export const exitCodes = { clean: 0, findings: 1, usage: 2, internal: 3 } as const;

/** The command was called wrongly, or with something that cannot be used; the message is for the user. */
export class UsageError extends Error {}
