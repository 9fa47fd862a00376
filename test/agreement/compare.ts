/** Holds one audit against what people say of the same repository. */
import { rules, type Audit, type Finding, type Place } from '../../rules/index.ts';
import type {
  DockerfileTruth,
  RepositoryLabels,
  ServiceLabels,
  Trap,
  Verdict,
  WorkloadRow,
} from './labels.ts';
import {
  dockerfileRules,
  isFindingDue,
  practices,
  serverPractices,
  topics,
  type DockerfileRule,
} from './practices.ts';
import type { Tally } from './score.ts';

type Service = Audit['model']['services'][number];

const ruleIds = new Set<string>(rules.map(({ id }) => id));

export class Comparison {
  readonly #judged = new Set<string>();

  /**
   * @param lineOf the one-based line of a place's start
   * @param lastLineOf that of its end
   */
  constructor(
    readonly name: string,
    readonly labels: RepositoryLabels,
    readonly audit: Audit,
    readonly lineOf: (place: Place) => number | undefined,
    readonly lastLineOf: (place: Place) => number | undefined,
    readonly byPractice: Tally,
    readonly byRule: Tally,
  ) {}

  run(): void {
    for (const service of this.labels.services) this.#service(service);
    for (const truth of this.labels.dockerfiles) this.#dockerfile(truth);
    this.#dockerfileRows();
    for (const row of this.labels.workloadRows) this.#workload(row);
    this.#repository();
    for (const trap of this.labels.traps) this.#trap(trap);
  }

  #service(label: ServiceLabels): void {
    const service = this.#find(label);
    const where = `${this.name} ${label.name}${label.language ? ` (${label.language})` : ''}`;
    for (const [name, practice] of Object.entries(practices)) {
      const verdict = label[name] as Verdict | undefined;
      if (typeof verdict?.present !== 'boolean') continue;
      if (practice.rule && !ruleIds.has(practice.rule)) continue;
      const answer = service ? practice.answer(this.audit, service) : 'silent';
      const unread = practice.rule !== undefined && service?.code === undefined;
      const ambiguous = verdict.ambiguous === true;
      const expected = verdict.present ? 'present' : 'absent';
      const why = service
        ? `a person says ${expected}, the audit ${answer}`
        : 'the audit knows no such service';
      if (answer === 'silent' && label.http_or_grpc_server === false && serverPractices.has(name)) continue;
      this.byPractice.add(name, {
        verdict: answer === 'silent' ? 'missed' : answer === expected ? 'right' : 'wrong',
        where,
        why,
        ambiguous,
        unread,
      });
      if (!practice.rule) continue;
      const found = answer === 'absent';
      if (!found && (verdict.present || label.http_or_grpc_server === false)) continue;
      const outcome = found ? (verdict.present ? 'wrong' : 'right') : 'missed';
      this.byRule.add(practice.rule, { verdict: outcome, where, why, ambiguous, unread });
    }
  }

  /** By name, else by folder, Dockerfile or manifest: labels and audit may call a service differently. */
  #find(label: ServiceLabels): Service | undefined {
    const { services } = this.audit.model;
    const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
    const root = label.root === '.' ? '' : label.root;
    const manifest = (service: Service): boolean =>
      service.workloads.some(
        ({ file }) => root !== undefined && root !== '' && (file === root || file.startsWith(`${root}/`)),
      );
    return (
      services.find(({ name }) => plain(name) === plain(label.name)) ??
      services.find(({ dockerfiles }) => dockerfiles.some(({ file }) => file === label.dockerfile)) ??
      services.find((service) => service.root !== undefined && service.root === root) ??
      services.find(manifest)
    );
  }

  #dockerfile(truth: DockerfileTruth): void {
    const rule = dockerfileRules[truth.rule];
    if (!rule || !rule.rules.some((id) => ruleIds.has(id))) return;
    const key = `${truth.path} ${truth.rule} ${rule.line ? truth.line : ''}`;
    if (this.#judged.has(key)) return;
    this.#judged.add(key);
    const found = this.#found(rule, truth.path, rule.line && truth.line);
    const due = truth.expect === 'finding';
    const where = `${this.name}/${truth.path}:${truth.line}`;
    const ambiguous = truth.ambiguous === true;
    const add = (verdict: 'right' | 'wrong' | 'missed', why: string): void =>
      this.byRule.add(rule.rules[0]!, { verdict, where, why, ambiguous });
    if (found) add(due ? 'right' : 'wrong', found.message);
    else if (due) {
      if (this.#saidElsewhere(rule, truth.path)) add('right', truth.rule);
      else add('missed', truth.rule);
    }
  }

  #found({ rules: ids, matches }: DockerfileRule, path: string, line?: number): Finding | undefined {
    return this.audit.findings.find(
      (finding) =>
        ids.includes(finding.rule) &&
        finding.at.file === path &&
        (line === undefined || this.lineOf(finding.at) === line) &&
        (matches?.(finding) ?? true),
    );
  }

  #saidElsewhere({ rules: ids, elsewhere = [] }: DockerfileRule, path: string): boolean {
    const service = this.audit.model.services.find(({ dockerfiles }) =>
      dockerfiles.some(({ file }) => file === path),
    );
    return this.audit.findings.some(
      (finding) =>
        service !== undefined &&
        finding.service === service.name &&
        [...ids, ...elsewhere].includes(finding.rule),
    );
  }

  /** Lists of lines are exhaustive for their rule over the whole file. */
  #dockerfileRows(): void {
    for (const row of this.labels.dockerfileRows) {
      if (row.no_user !== undefined) {
        const line = row.final_from_line ?? 1;
        const expect = row.no_user === 'finding' ? 'finding' : 'clean';
        this.#dockerfile({ path: row.path, line, rule: 'no-user', expect });
      }
      for (const [column, lines] of Object.entries(row)) {
        const label = column === 'shell_form' ? 'shell-form-cmd' : column.replaceAll('_', '-');
        const rule = dockerfileRules[label];
        if (!rule || !Array.isArray(lines) || !rule.rules.some((id) => ruleIds.has(id))) continue;
        for (const line of lines as number[])
          this.#dockerfile({ path: row.path, line, rule: label, expect: 'finding' });
        this.#unlisted(row.path, label, rule, lines as number[]);
      }
    }
  }

  #unlisted(path: string, label: string, rule: DockerfileRule, lines: readonly number[]): void {
    for (const finding of this.audit.findings) {
      if (!rule.rules.includes(finding.rule) || finding.at.file !== path || rule.matches?.(finding) === false)
        continue;
      const line = this.lineOf(finding.at);
      const key = `${path} ${label} ${rule.line ? line : ''}`;
      if (line === undefined || lines.includes(line) || this.#judged.has(key)) continue;
      this.#judged.add(key);
      const where = `${this.name}/${path}:${line}`;
      this.byRule.add(finding.rule, { verdict: 'wrong', where, why: finding.message, ambiguous: false });
    }
  }

  /** The matrix states facts, not verdicts: a finding against a fact is wrong; limits and requests both lacking is due. */
  #workload(row: WorkloadRow): void {
    for (const container of row.containers) {
      const where = `${this.name}/${row.path}:${container.line} ${row.name}/${container.name}`;
      const at = this.#findingsIn(row, container);
      const entry = { where, ambiguous: false };
      const bare = !container.limits && !container.requests && row.fixture !== true && !/Job$/.test(row.kind);
      const resources = at.find(({ rule }) => rule === 'scaling/resources-missing');
      if (resources && row.fixture)
        this.byRule.add(resources.rule, { ...entry, verdict: 'wrong', why: 'a fixture' });
      else if (bare && ruleIds.has('scaling/resources-missing')) {
        const known = resources ?? this.#reportedAtOriginal(row, 'scaling/resources-missing');
        const verdict = known ? 'right' : 'missed';
        this.byRule.add('scaling/resources-missing', {
          ...entry,
          verdict,
          why: 'neither requests nor limits',
        });
      }
      const probe = at.find(({ rule }) => rule === 'health/probe-missing');
      const both = ['readinessProbe', 'livenessProbe'].every((name) => container.probes.includes(name));
      if (probe && (both || row.fixture || /Job$/.test(row.kind))) {
        this.byRule.add(probe.rule, { ...entry, verdict: 'wrong', why: probe.message });
      }
    }
  }

  /** Findings on a container: from its line to the next container's or the next row's. */
  #findingsIn(row: WorkloadRow, { line }: WorkloadRow['containers'][number]): readonly Finding[] {
    const starts = this.labels.workloadRows
      .filter(({ path }) => path === row.path)
      .flatMap((other) => [other.line, ...other.containers.map((container) => container.line)]);
    const end = Math.min(...starts.filter((start) => start > line), Infinity);
    return this.audit.findings.filter(({ at }) => {
      const start = at.file === row.path ? this.lineOf(at) : undefined;
      return start !== undefined && start >= line && start < end;
    });
  }

  /** The same workload may be written out several times; it is reported once. */
  #reportedAtOriginal(row: WorkloadRow, rule: string): boolean {
    return this.audit.model.workloads.some(
      (workload) =>
        workload.copies.some(({ file }) => file === row.path) &&
        workload.name === row.name &&
        this.audit.findings.some((finding) => finding.rule === rule && finding.at.file === workload.file),
    );
  }

  #repository(): void {
    const { alerts, feature_flags: flags, runbooks } = this.labels.repository;
    const findings = (pattern: RegExp): readonly Finding[] =>
      this.audit.findings.filter(({ rule }) => pattern.test(rule));
    const wrong = (found: readonly Finding[], why: string): void => {
      for (const { rule, at } of found) {
        const where = `${this.name}/${at.file}:${this.lineOf(at) ?? 1}`;
        this.byRule.add(rule, { verdict: 'wrong', where, why, ambiguous: false });
      }
    };
    if (flags?.present === false && !flags.ambiguous)
      wrong(findings(/^rollout\/flag-/), 'no flag system here');
    if (alerts?.present === false && !alerts.ambiguous)
      wrong(findings(/^alerting\/(?!service-)/), 'no alerts here');
    if (alerts?.present && alerts.runbook_url === 'no' && ruleIds.has('alerting/runbook-url-missing')) {
      for (const file of filesIn(alerts.evidence)) {
        const found = findings(/^alerting\/runbook-url-missing$/).some(({ at }) => at.file === file);
        const entry = { where: `${this.name}/${file}`, why: 'alerts without runbook_url', ambiguous: false };
        this.byRule.add('alerting/runbook-url-missing', { ...entry, verdict: found ? 'right' : 'missed' });
      }
    }
    if (runbooks && ruleIds.has('runbooks/missing') && this.audit.model.services.length > 0) {
      const found = findings(/^runbooks\/missing$/).length > 0;
      const verdict = found
        ? runbooks.present
          ? 'wrong'
          : 'right'
        : runbooks.present
          ? undefined
          : 'missed';
      const entry = {
        where: this.name,
        why: `runbooks: ${runbooks.present}`,
        ambiguous: runbooks.ambiguous === true,
      };
      if (verdict) this.byRule.add('runbooks/missing', { ...entry, verdict });
    }
  }

  /** A finding on a trap is wrong, unless the trap says that one is due or is about something else. */
  #trap({ at, what, verdict }: Trap): void {
    if (isFindingDue(verdict)) return;
    const [, path, line] = /^(.*?)(?::(\d+))?$/.exec(at)!;
    const text = `${what} ${verdict}`;
    const about = topics.filter(({ words }) => words.test(text));
    const once = /report once/.test(verdict);
    for (const finding of this.audit.findings) {
      if (finding.at.file !== path) continue;
      if (about.length > 0 && !once && !about.some(({ rules: ids }) => ids.test(finding.rule))) continue;
      const [first, last] = [this.lineOf(finding.at) ?? 1, this.lastLineOf(finding.at) ?? 1];
      if (!once && line !== undefined && (Number(line) < first || Number(line) > last)) continue;
      if (once && !this.#isRepeated(finding)) continue;
      const where = `${this.name}/${path}:${first}`;
      this.byRule.add(finding.rule, { verdict: 'wrong', where, why: `trap: ${verdict}`, ambiguous: false });
    }
  }

  #isRepeated({ rule, messageKey, message, at }: Finding): boolean {
    return this.audit.findings.some(
      (other) =>
        other.rule === rule &&
        other.messageKey === messageKey &&
        other.message === message &&
        other.at.file !== at.file,
    );
  }
}

function filesIn(evidence: string | readonly string[] | undefined): readonly string[] {
  const places = typeof evidence === 'string' ? evidence.split(',') : (evidence ?? []);
  return [
    ...new Set(places.map((place) => place.trim().replace(/:\d+$/, '')).filter((file) => file !== 'none')),
  ];
}
