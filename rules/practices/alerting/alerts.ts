/** What the rules about alerts share: which alerts are no calls for help, and how loud one is. */
import type { AlertFacts } from '../../artifacts/prometheus/facts.ts';
import type { Severity } from '../rule.ts';

/** Alerts that fire as long as all is well; nobody is woken by them. */
export function isHeartbeat(facts: AlertFacts): boolean {
  return isMeantToFire(facts) || facts.expr?.value.replace(/\s+/g, '') === 'vector(1)';
}

/** By its name or severity alone. */
export function isMeantToFire({ name, labels }: AlertFacts): boolean {
  return (
    labels['severity']?.value === 'none' ||
    /watchdog|dead-?_?man'?s?-?_?(?:switch|snitch)|heart-?_?beat|always-?_?firing|InfoInhibitor/i.test(
      name.value,
    )
  );
}

/** Informational alerts wake nobody. */
export function levelOf({ labels }: AlertFacts): Severity | undefined {
  return /^(?:info|informational|low|none)$/i.test(labels['severity']?.value ?? '') ? 'info' : undefined;
}

/** Whether any part of it is decided by a template. */
export function isTemplateText(text: string): boolean {
  return /\{\{|\{%|<%|%\(|\$\{/.test(text);
}
