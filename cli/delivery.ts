/** `scaleready delivery`: how often, how fast and how safely changes reach users, measured from the git history. */
import type { Model } from '../rules/index.ts';
import { deliveryReport } from '../rules/report/delivery/delivery.ts';
import { formatDelivery, formatDeliveryJson, type Delivered } from '../rules/report/delivery/deliveryText.ts';
import { gitopsPaths } from '../rules/report/delivery/deployments.ts';
import { day } from '../rules/report/delivery/history.ts';
import { releasedBy } from '../rules/report/delivery/releaseTags.ts';
import { auditFolder } from './audit.ts';
import { exitCodes, UsageError } from './exit.ts';
import { NoHistory, readHistory } from './history.ts';
import { interruption } from './interrupt.ts';
import type { ListingFlags } from './listing.ts';
import { lookFor } from './terminal.ts';
import { version } from './version.ts';
import { auditOptions, foldersOf, quoted, type Folder } from './workspaces.ts';

interface DeliveryFlags extends ListingFlags {
  readonly since?: string;
}

/** A year: long enough for those who release each quarter. */
const standardDays = 365;
/** Changes that were deployed in the period may have been committed before it. */
const daysBefore = 180;

/** @returns the exit code: 0 where every folder has a history, else 2 */
export async function delivery(paths: readonly string[], flags: DeliveryFlags): Promise<number> {
  const since = sinceOf(flags.since);
  const optionsOf = auditOptions({ rule: [], config: flags.config });
  const signal = interruption();
  const delivered: Delivered[] = [];
  for (const folder of foldersOf(paths)) {
    const { audit } = await auditFolder(folder, { ...optionsOf(folder), signal }, true);
    delivered.push(await deliveredBy(folder, audit.model, since, signal));
  }
  process.stdout.write(
    flags.format === 'json'
      ? formatDeliveryJson(delivered, version)
      : formatDelivery(delivered, lookFor(process.stdout)),
  );
  return delivered.some((one) => 'unreadable' in one) ? exitCodes.usage : exitCodes.clean;
}

/** Seconds since 1970, or seconds before the newest commit. */
type Since = { readonly at: number } | { readonly beforeNewest: number };

async function deliveredBy(
  { shown, absolute }: Folder,
  model: Model,
  since: Since,
  signal: AbortSignal,
): Promise<Delivered> {
  const before = daysBefore * day;
  try {
    const { history, newest } = await readHistory(absolute, {
      since: 'at' in since ? { at: since.at - before } : { beforeNewest: since.beforeNewest + before },
      imagePaths: gitopsPaths(model),
      isWanted: (tag) => releasedBy(tag) !== undefined,
      signal,
    });
    const from = 'at' in since ? since.at : newest - since.beforeNewest;
    return { folder: shown, report: deliveryReport(model, history, from) };
  } catch (error) {
    if (error instanceof NoHistory) return { folder: shown, unreadable: error.message };
    throw error;
  }
}

const unitDays: Readonly<Record<string, number>> = { d: 1, w: 7, m: 30.4, y: 365 };

/** Reads `2026-01-31` and `90d`, `12w`, `6m`, `1y`: a time before the newest commit. */
function sinceOf(text: string | undefined): Since {
  if (text === undefined) return { beforeNewest: standardDays * day };
  const [, number, unit] = /^(\d{1,5})([dwmy])$/.exec(text) ?? [];
  if (number !== undefined && Number(number) > 0)
    return { beforeNewest: Number(number) * unitDays[unit!]! * day };
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) / 1000 : NaN;
  if (Number.isNaN(at))
    throw new UsageError(
      `--since takes a day such as 2026-01-31 or a time such as 90d, not ${quoted(text)}.`,
    );
  return { at };
}
