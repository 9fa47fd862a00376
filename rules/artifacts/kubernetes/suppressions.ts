/**
 * What kube-linter, kube-score and Polaris take for a suppression: annotations of an object, which hold for it alone. It
 * must never know what a check finds.
 *
 * Sources: https://docs.kubelinter.io/#/configuring-kubelinter?id=ignoring-violations-for-specific-cases,
 * https://github.com/zegl/kube-score#ignoring-a-test, https://polaris.docs.fairwinds.com/customization/exemptions/
 */
import type { TextFile } from '../artifact.ts';
import type { ForeignDirective, ForeignSuppressions } from '../suppressions/facts.ts';
import { kubernetes } from './kubernetes.ts';

/** `ignore-check.kube-linter.io/no-liveness-probe: a reason`, `kube-linter.io/ignore-all: a reason`. */
export const kubeLinter: ForeignSuppressions = {
  mayHold: (text) => text.includes('kube-linter.io/'),
  read: (file) =>
    directivesIn(file, (key, value) => {
      const check = /^ignore-check\.kube-linter\.io\/(.+)$/.exec(key)?.[1];
      const checks = check !== undefined ? [check] : key === 'kube-linter.io/ignore-all' ? ['*'] : [];
      return { checks: checks.map((name) => `kube-linter/${name}`), reason: value };
    }),
};

/** `kube-score/ignore: pod-probes,container-resources`. */
export const kubeScore: ForeignSuppressions = {
  mayHold: (text) => text.includes('kube-score/ignore'),
  read: (file) =>
    directivesIn(file, (key, value) => ({
      checks: key === 'kube-score/ignore' ? value.split(',').map((name) => `kube-score/${name.trim()}`) : [],
    })),
};

/** `polaris.fairwinds.com/livenessProbeMissing-exempt: "true"`, `polaris.fairwinds.com/exempt: "true"`. */
export const polaris: ForeignSuppressions = {
  mayHold: (text) => text.includes('polaris.fairwinds.com/'),
  read: (file) =>
    directivesIn(file, (key, value) => {
      const [, check] = /^polaris\.fairwinds\.com\/(?:(.+)-)?exempt$/.exec(key) ?? [undefined, ''];
      return { checks: value === 'true' && check !== '' ? [`polaris/${check ?? '*'}`] : [] };
    }),
};

/** @param read the checks that an annotation names; none for other annotations */
function directivesIn(
  file: TextFile,
  read: (key: string, value: string) => { readonly checks: readonly string[]; readonly reason?: string },
): ForeignDirective[] {
  const objects = kubernetes.mayHold(file.text, file.path)
    ? kubernetes.parse(file).facts?.objects
    : undefined;
  return (objects ?? []).flatMap(({ annotations, range: covers }) =>
    Object.entries(annotations).flatMap(([key, value]) => {
      const { checks, reason } = read(key, value);
      if (checks.length === 0) return [];
      const start = Math.max(file.text.indexOf(key, covers.start), covers.start);
      const range = { start, end: start + key.length };
      return [{ checks, covers, range, ...(reason !== undefined && reason !== '' && { reason }) }];
    }),
  );
}
