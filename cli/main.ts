#!/usr/bin/env node
/**
 * The command line: arguments, progress, exit codes. What a command does is in the file of its name. It must never know
 * how files are parsed or what a rule asks; it shows and applies what the engine reports.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { exitCodes, UsageError } from './exit.ts';
import { Interrupted } from './interrupt.ts';
import { version } from './version.ts';

process.exitCode = await run(process.argv);

async function run(argv: readonly string[]): Promise<number> {
  quietWhenNobodyListens();
  let exitCode: number = exitCodes.clean;
  const program = commands((code) => (exitCode = code));
  try {
    await program.parseAsync(argv);
    return exitCode;
  } catch (error) {
    return failed(error);
  }
}

function commands(done: (exitCode: number) => void): Command {
  const program = new Command('scaleready')
    .description('Lints a repository for what lets a product, a team and an infrastructure grow.')
    .version(version, '-v, --version')
    .helpCommand(true)
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit codes: 0 clean, 1 findings, 2 wrong usage or configuration, 3 internal error.',
    );

  program
    .command('audit')
    .description('report what stands in the way of scaling')
    .argument('[paths...]', 'folders, each a repository of its own; the current one by default')
    .addOption(choice('--format <format>', 'how to report', ['human', 'json', 'sarif'], 'human'))
    .option('--output <file>', 'write the report there instead of to standard output')
    .addOption(
      choice(
        '--fail-on <severity>',
        'exit with 1 where a finding is this severe or more',
        ['error', 'warning', 'info', 'never'],
        'warning',
      ),
    )
    .option('--baseline <file>', 'report, and fail on, only what is not in this file of known findings')
    .option('--update-baseline', 'write what is found now to the baseline', false)
    .option('--summary', 'leave the single findings out', false)
    .addOption(ruleOption())
    .addOption(configOption())
    .option('--no-cache', 'read everything anew')
    .action(async (paths: string[], flags) => {
      const { audit } = await import('./audit.ts');
      done(await audit(paths, flags));
    });

  program
    .command('fix')
    .description('apply safe fixes')
    .argument('[paths...]', 'folders, each a repository of its own; the current one by default')
    .option('--dry-run', 'print what would change as a diff, and change nothing', false)
    .option('--suggested', 'also apply fixes that need a look afterwards', false)
    .addOption(ruleOption())
    .addOption(configOption())
    .option('--no-cache', 'read everything anew')
    .action(async (paths: string[], flags) => {
      const { fix } = await import('./fix.ts');
      done(await fix(paths, flags));
    });

  program
    .command('model')
    .description(
      'show what is believed about a repository: services, what each serves, is asked and owned by, and why',
    )
    .argument('[paths...]', 'folders, each a repository of its own; the current one by default')
    .addOption(choice('--format <format>', 'how to show it', ['human', 'json'], 'human'))
    .addOption(configOption())
    .action(async (paths: string[], flags) => {
      const { showModel } = await import('./model.ts');
      done(await showModel(paths, flags));
    });

  const runbooks = program
    .command('runbooks')
    .description('list runbooks, and the alerts and services without one')
    .argument('[paths...]', 'folders, each a repository of its own; the current one by default')
    .addOption(choice('--format <format>', 'how to list them', ['human', 'json'], 'human'))
    .addOption(configOption())
    .action(async (paths: string[], flags) => {
      const { showRunbooks } = await import('./runbooks.ts');
      done(await showRunbooks(paths, flags));
    });

  runbooks
    .command('new')
    .description('write a runbook for an alert, a service or a title, filled with what is known')
    .argument('[title]', 'what it is about, where that is no alert and no service')
    .option('--alert <name>', 'about this alert')
    .option('--service <name>', 'about this service')
    .option('--output <path>', 'write it there instead of beside the other runbooks')
    .addOption(configOption())
    .action(async (title: string | undefined, flags) => {
      const { createRunbook } = await import('./runbooks.ts');
      done(await createRunbook(title, flags));
    });

  const flagsCommand = program
    .command('flags')
    .description('list every feature flag, what is to be cleaned up first')
    .argument('[paths...]', 'folders, each a repository of its own; the current one by default')
    .addOption(choice('--format <format>', 'how to list them', ['human', 'json'], 'human'))
    .addOption(configOption())
    .action(async (paths: string[], flags) => {
      const { listFlags } = await import('./flags.ts');
      done(await listFlags(paths, flags));
    });

  flagsCommand
    .command('remove')
    .description('remove a flag, with the branch that nobody takes: shown first, written with --write')
    .argument('<key>', 'key of the flag')
    .argument('[path]', 'folder of the repository; the current one by default')
    .addOption(new Option('--keep <side>', 'which side stays').choices(['on', 'off']).makeOptionMandatory())
    .option('--write', 'write it instead of showing it', false)
    .addOption(configOption())
    .action(async (key: string, path: string | undefined, flags) => {
      const { removeFlag } = await import('./flagRemoval.ts');
      done(await removeFlag(key, path, flags));
    });

  program
    .command('delivery')
    .description('measure from the git history how often, how fast and how safely changes reach users')
    .argument('[paths...]', 'folders, each a repository of its own; the current one by default')
    .addOption(choice('--format <format>', 'how to show it', ['human', 'json'], 'human'))
    .option(
      '--since <when>',
      'a day such as 2026-01-31, or a time before the newest commit such as 90d; 365d',
    )
    .addOption(configOption())
    .action(async (paths: string[], flags) => {
      const { delivery } = await import('./delivery.ts');
      done(await delivery(paths, flags));
    });

  program
    .command('rules')
    .description('list the rules')
    .addOption(choice('--format <format>', 'how to list them', ['human', 'json'], 'human'))
    .action(async (flags) => {
      const { listRules } = await import('./rules.ts');
      done(listRules(flags));
    });

  program
    .command('explain')
    .description('say what a rule finds, why it matters and how to fix it')
    .argument('<rule>', "a rule's id, or another tool's id for the same check, such as DL3006")
    .action(async (rule: string) => {
      const { explain } = await import('./explain.ts');
      done(await explain(rule));
    });

  program
    .command('init')
    .description('write a first .scaleready.yaml and, for a product, a first scaling-plan.yaml')
    .argument('[path]', 'the folder to write it to', '.')
    .option('--plan', 'write a first scaling-plan.yaml alone, from what the repository shows')
    .option('--from <tool>', 'say what the configuration of another linter says, such as hadolint')
    .action(async (path: string, flags) => {
      const { init } = await import('./init.ts');
      done(await init(path, flags));
    });

  program
    .command('lsp')
    .description('serve an editor by the Language Server Protocol')
    .option('--stdio', 'over standard input and output, which is the only way', true)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async () => {
      const { startStdio } = await import('../server/main.ts');
      await startStdio();
    });

  return program;
}

function choice(flags: string, description: string, choices: readonly string[], standard: string): Option {
  return new Option(flags, description).choices(choices).default(standard);
}

function ruleOption(): Option {
  return new Option(
    '--rule <id=level>',
    "set a rule's level: error, warning, info or off; '*' in ids stands for anything",
  )
    .argParser((value: string, before: string[]) => [...before, value])
    .default([], 'as configured');
}

function configOption(): Option {
  return new Option('--config <file>', 'use this configuration instead of .scaleready.yaml').argParser(
    (value) => {
      if (value === '') throw new InvalidArgumentError('It needs the name of a file.');
      return value;
    },
  );
}

function failed(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.clean : exitCodes.usage;
  if (error instanceof UsageError) {
    process.stderr.write(`scaleready: ${error.message}\n`);
    return exitCodes.usage;
  }
  if (error instanceof Interrupted) return error.exitCode;
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`scaleready: internal error. Please report this.\n${detail}\n`);
  return exitCodes.internal;
}

/** `scaleready audit | head`: the reader is gone, and that is no error. */
function quietWhenNobodyListens(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
  }
}
