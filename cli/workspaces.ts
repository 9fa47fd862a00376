/** From the paths and options a user gives to workspaces that can be audited. */
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import {
  areas,
  faults,
  matchesRule,
  nearest,
  rules,
  type AuditOptions,
  type Level,
  type LevelSetting,
} from '../rules/index.ts';
import { UsageError } from './exit.ts';

/** A folder to audit. */
export interface Folder {
  /** As the user named it, with `/`; `.` for the current one. */
  readonly shown: string;
  readonly absolute: string;
}

/** Options that `audit` and `fix` share. */
export interface CommonFlags {
  readonly rule: readonly string[];
  readonly config?: string;
  readonly cache: boolean;
}

/**
 * The folders named, none twice; the current one where none is.
 * @throws UsageError for what is not a folder that can be read
 */
export function foldersOf(paths: readonly string[]): readonly Folder[] {
  const folders = new Map<string, Folder>();
  for (const path of paths.length === 0 ? ['.'] : paths) {
    const absolute = resolve(path);
    const real = realFolder(path);
    if (!folders.has(real)) folders.set(real, { shown: shownAs(path), absolute });
  }
  return [...folders.values()];
}

function realFolder(path: string): string {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
    if (isFolder) accessSync(path, constants.R_OK | constants.X_OK);
  } catch (error) {
    throw new UsageError(`${quoted(path)} cannot be audited: ${reasonOf(error)}.`);
  }
  if (!isFolder) {
    const advice = 'Findings join the files of a repository, so name the folder that holds them all.';
    throw new UsageError(`${quoted(path)} cannot be audited: it is not a folder. ${advice}`);
  }
  return realpathSync(path);
}

function shownAs(path: string): string {
  const slashes = process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
  const trimmed = slashes.replace(/^(?:\.\/+)+/, '').replace(/(?<=[^/])\/+$/, '');
  return trimmed === '' ? '.' : trimmed;
}

/**
 * The audit options that these flags stand for, for each folder.
 * @throws UsageError for a level or rule that does not exist and a configuration that cannot be read
 */
export function auditOptions({
  rule,
  config,
}: Pick<CommonFlags, 'rule' | 'config'>): (of: Folder) => AuditOptions {
  const levels = rule.map(levelSetting);
  if (config === undefined) return () => ({ levels });
  const text = configurationText(config);
  return ({ absolute }) => {
    const path = relative(absolute, resolve(config)).replaceAll(sep, '/');
    return { levels, configuration: { path, text } };
  };
}

const levelNames: readonly Level[] = ['error', 'warning', 'info', 'off'];

/** Reads `containers/*=warning`. */
export function levelSetting(setting: string): LevelSetting {
  const at = setting.lastIndexOf('=');
  if (at <= 0) {
    throw new UsageError(
      `--rule takes a rule and a level, such as 'containers/*=warning', not ${quoted(setting)}.`,
    );
  }
  const pattern = setting.slice(0, at).trim();
  const level = setting.slice(at + 1).trim() as Level;
  if (!levelNames.includes(level)) {
    const hint = didYouMean(level, levelNames);
    throw new UsageError(`${quoted(level)} is no level; there are ${levelNames.join(', ')}.${hint}`);
  }
  const ids = [...rules, ...faults].map(({ id }) => id as string);
  if (!ids.some((id) => matchesRule(pattern, id))) {
    const globs = Object.keys(areas).map((area) => `${area}/*`);
    const hint = didYouMean(pattern, [...ids, ...globs]) || ' `scaleready rules` lists them.';
    throw new UsageError(`No rule is called ${quoted(pattern)}.${hint}`);
  }
  return { pattern, level };
}

/** A sentence that names what is near or begins like it, or nothing. */
export function didYouMean(name: string, names: readonly string[]): string {
  const near = nearest(name, names) ?? (name === '' ? undefined : names.find((one) => one.startsWith(name)));
  return near === undefined ? '' : ` Did you mean ${quoted(near)}?`;
}

function configurationText(path: string): string {
  try {
    if (!statSync(path).isFile()) throw new Error('it is not a file');
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`The configuration ${quoted(path)} cannot be read: ${reasonOf(error)}.`);
  }
}

/** A name in quotation marks, with nothing in it that a terminal would act on. */
export function quoted(name: string): string {
  // eslint-disable-next-line no-control-regex
  return `“${name.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')}”`;
}

/** Why a file operation failed: a clause. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'it does not exist';
    case 'ENOTDIR':
      return 'part of the path is not a folder';
    case 'EACCES':
    case 'EPERM':
      return 'you may not access it';
    case 'EISDIR':
      return 'it is a folder';
    case 'ELOOP':
      return 'its links lead round in a circle';
    case 'ENAMETOOLONG':
      return 'the path is too long';
    case 'ENOSPC':
      return 'the disk is full';
    case 'EROFS':
      return 'the disk is read-only';
    default:
      return message;
  }
}
