/**
 * Actions of third parties by a name that others can move to other code, which then runs with the pipeline's secrets.
 *
 * Source: https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions
 */
import type { ActionUse } from '../../artifacts/ci/facts.ts';
import type { Model } from '../../model/model.ts';
import type { Place } from '../../text.ts';
import { groupBy } from '../../groups.ts';
import { defineRule, type LazyFix } from '../rule.ts';

export default defineRule({
  id: 'automation/action-unpinned',
  title: 'A pipeline runs code of others that may be replaced at any time.',
  area: 'automation',
  section: '§3',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    branch: {
      text: '{action} is whatever its branch {version} holds when the job starts: one push over there can break every pipeline here, or read its secrets.',
    },
    tag: {
      text: '{action} is used by the tag {version}, which its owner, or whoever takes over the account, can move to other code: a commit’s SHA cannot be moved.',
      level: 'info',
    },
  },
  check(model, report) {
    const own = new Set(['actions', 'github', ...model.pipelines.owners]);
    const uses = usesIn(model);
    const pins = groupBy(
      uses.filter(({ use }) => isCommit(use.version)),
      ({ use }) => use.name,
    );
    for (const { use, places } of uses) {
      const { name, version } = use;
      const owner = name.split('/')[0]!.toLowerCase();
      // Who uses GitHub's runners trusts its actions; what is in a repository called .github is for its own organisation.
      if (!version || version.includes('$')) continue;
      if (own.has(owner) || name.split('/')[1] === '.github') continue;
      const [at, ...others] = places;
      if (isCommit(version)) {
        report.met(undefined, { at: at!, message: 'pinned to a commit' });
        continue;
      }
      report.gap({
        message: isBranch(version) ? 'branch' : 'tag',
        data: { action: name, version },
        at: at!,
        related: others.slice(0, 20).map((other) => ({ at: other, message: 'used here as well' })),
        fixes: fixes(version, places, pins.get(name) ?? []),
      });
    }
  },
});

function isCommit(version = ''): boolean {
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(version);
}

/**
 * The commit that the repository pins the action to elsewhere; which one a tag is at cannot be known offline, but what is
 * noted there has to be a version that the tag stands for.
 */
function fixes(used: string, places: readonly Place[], pins: readonly Uses[]): LazyFix[] {
  const fitting = pins.filter(({ use }) => isBranch(used) || isVersionOf(use.note, used));
  const [pin] = fitting;
  if (!pin || fitting.length > 1) return [];
  const { name, version, note } = pin.use;
  const comment = note === undefined ? '' : ` # ${note}`;
  return [
    {
      title: `Pin ${name} to ${version!.slice(0, 7)}, as ${pin.places[0]!.file} does`,
      safety: 'suggested',
      changes({ read }) {
        return places.map(({ file, range }) => {
          const { text } = read(file);
          const { start, end } = range!;
          const [quote = ''] = /^["']/.exec(text.slice(start, end)) ?? [];
          const isLast = /^[ \t]*(?:\r?\n|$)/.test(text.slice(end));
          const pinned = `${quote}${name}@${version}${quote}${isLast ? comment : ''}`;
          return { kind: 'edit' as const, file, range: range!, text: pinned };
        });
      },
    },
  ];
}

/** `v4.2.2` is a version of `v4`, of `v4.2` and of itself. */
function isVersionOf(note = '', tag: string): boolean {
  const plain = (version: string): string => version.replace(/^v/, '');
  return `${plain(note)}.`.startsWith(`${plain(tag)}.`);
}

/** A name is a branch where it holds no number; `releases/v1` and `stable` are moved on purpose, as tags such as `v1` are. */
function isBranch(version: string): boolean {
  return /^(?:main|master|trunk|head|dev|develop|development|latest|edge|next|nightly)$/i.test(version);
}

interface Uses {
  readonly use: ActionUse;
  readonly places: readonly Place[];
}

/** Every action of others, once per version. */
function usesIn(model: Model): Uses[] {
  const found = new Map<string, { use: ActionUse; places: Place[] }>();
  const add = (use: ActionUse, file: string): void => {
    if (use.name.startsWith('.') || use.name.startsWith('docker://') || !use.name.includes('/')) return;
    const key = `${use.name}@${use.version ?? ''}`;
    const place = { file, range: use.range };
    const other = found.get(key);
    if (!other) found.set(key, { use, places: [place] });
    else if (!other.places.some((one) => one.file === file && one.range?.start === use.range.start))
      other.places.push(place);
  };
  for (const { file, system, facts, steps } of model.pipelines.jobs) {
    if (system !== 'github') continue;
    if (facts.calls) {
      const { value, range } = facts.calls;
      const at = value.lastIndexOf('@');
      if (at > 0) add({ name: value.slice(0, at), version: value.slice(at + 1), range }, file);
    }
    for (const step of steps) if (step.uses) add(step.uses, step.file);
  }
  return [...found.values()];
}
