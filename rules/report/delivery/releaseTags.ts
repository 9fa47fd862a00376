/** Which tags are releases, by their names. */

/** Versions as SemVer and calendars have them, after the name of a component: `v1.2.3`, `api@1.2.3`, `2026.01.31-2`. */
const version = /^v?\d+(?:\.\d+){1,3}(?:[-+_.](?:final|ga|release|post)?\.?\d*)?(?:\+[\w.-]+)?$/i;
const dated = /^\d{4}[-_.]?\d{2}[-_.]?\d{2}(?!\d{3})(?:[-_.T][\w.-]{0,60})?$/i;
/** Names that say it themselves: `deploy-1234`, `production/2026-01-31`. */
const named = /^(?:deploy(?:ed|ment)?|release|prod(?:uction)?|live)[-_/@.][\w./-]{1,100}$/i;
const component = /^(?:(?:@?[\w.-]+\/)*@?[a-z][\w.-]*?[@/_-])(?=v?\d)/i;
const preRelease =
  /(?:^|[-_.+\d])(?:alpha|beta|rc|cr|pre|preview|dev|snapshot|nightly|canary|next|edge|insiders?|milestone|m|test|experimental|staging)(?:[-_.]?\d|[-_.+]|$)/i;

/** @returns the component it releases (`''` for the repository), or undefined for a tag that is no release */
export function releasedBy(tag: string): string | undefined {
  if (tag.length > 120) return undefined;
  const prefix = component.exec(tag)?.[0] ?? '';
  const rest = tag.slice(prefix.length);
  if (
    preRelease.test(rest) ||
    /(?:^|[-_/])(?:dev|staging|stage|test|qa|preview|nightly|canary)[-_/@]/i.test(prefix)
  )
    return undefined;
  if (version.test(rest) || dated.test(rest)) {
    const name = prefix.slice(0, -1);
    return /^(?:v|release|releases|version|deploy|prod|production|tags)$/i.test(name) ? '' : name;
  }
  return named.test(tag) && /\d/.test(tag) ? '' : undefined;
}

/** The subject of a commit by which a tool or a person marks a release. */
export const releaseSubject =
  /^(?:chore\(release\)!?:|chore: (?:release|publish|bump version to)\b|releas(?:e|ing):? (?:version )?v?\d|bump(?:ed|s)? version(?: to| from|:)|version bump to|prepare(?:d|s)? (?:for )?release|\[maven-release-plugin\] prepare release|cut release|v?\d+\.\d+\.\d+$).{0,200}$/i;
