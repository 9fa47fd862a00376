/**
 * The five things a runbook tells whoever is woken by an alert, and the many names people give to their headings. The
 * shape is Prometheus Operator's (Meaning, Impact, Diagnosis, Mitigation), with the one question it leaves open: who
 * helps when that is not enough. It must never know where a page comes from.
 */
import type { Heading } from '../../artifacts/markdown/facts.ts';
import { comparable } from '../../model/anchors.ts';
import type { Runbook } from '../../model/model.ts';

export const sectionNames = ['meaning', 'impact', 'diagnosis', 'mitigation', 'escalation'] as const;
export type SectionName = (typeof sectionNames)[number];

/** Words that a heading of the section contains, as starts of words; scripts without word boundaries match anywhere. */
const words: Readonly<Record<SectionName, string>> = {
  meaning:
    'meaning description describe overview summary what about explanation definition background context introduction trigger condition detail when purpose alert bedeutung beschreibung überblick zusammenfassung signification descripti résumé contexte significado descripción resumen descrição resumo significato descrizione betekenis omschrijving описание значение opis 含义 说明 描述 概述 意味 概要 説明 설명 개요 의미',
  impact:
    'impact severity consequence effect affect risk scope priority urgency blast auswirkung folge konsequenz conséquence impacto consecuencia consequência impatto conseguenz gevolg влияние последств wpływ 影响 影響 영향',
  diagnosis:
    'diagnos investigat troubleshoot debug symptom triage analy check verif cause identif inspect detect understand ursache untersuch fehlersuche vérifi diagnóstic investiga causa oorzaak onderzoek диагност причин анализ diagnoz przyczyn 诊断 排查 原因 分析 检查 診断 調査 確認 切り分け 진단 원인 조사 점검',
  mitigation:
    'mitigat resol remed fix solution solv step procedure action recover respon workaround todo rollback restor repair instruction how playbook handl behebung maßnahme lösung abhilfe wiederherstellung vorgehen résol atténu corrig solución acción acciones paso mitiga soluç ação ações corre risoluz soluzion azioni rimedio oplossing herstel maatregel stappen устран решени действи восстанов rozwiąz napraw 缓解 处理 解决 修复 恢复 措施 步骤 操作 対応 対処 復旧 緩和 解決 手順 완화 해결 조치 대응 복구',
  escalation:
    'escal contact owner ownership on-call oncall support who team help communicat stakeholder responsib notif pager eskalation ansprechpartner kontakt zuständig verantwort responsable contacto contato contatt responsabile verantwoordelijk эскалац контакт ответствен eskalac 升级 联系 负责人 エスカレーション 連絡 担当 에스컬레이션 연락 담당',
};

const patterns = Object.fromEntries(
  sectionNames.map((name) => {
    const all = words[name].split(' ');
    const latin = all.filter((word) => /^[\p{Script=Latin}\p{Script=Cyrillic}-]+$/u.test(word));
    const other = all.filter((word) => !latin.includes(word));
    return [name, new RegExp(`(?<![\\p{L}])(?:${latin.join('|')})|${other.join('|')}`, 'iu')];
  }),
) as Record<SectionName, RegExp>;

/** More words of the team's own, by section. */
export type OwnWords = Readonly<Record<string, readonly string[]>>;

/** Which of the sections a heading's or label's words announce; one heading may announce two. */
export function sectionsIn(text: string, own: OwnWords = {}): SectionName[] {
  const lower = text.toLowerCase();
  return sectionNames.filter(
    (name) =>
      patterns[name].test(text) || own[name]?.some((word) => lower.includes(word.toLowerCase())) === true,
  );
}

export interface Coverage {
  readonly missing: readonly SectionName[];
  /** Headings that announce a section and have nothing under them. */
  readonly empty: readonly { readonly section: SectionName; readonly heading: Heading }[];
}

const ownerKeys = [
  'owner',
  'owners',
  'team',
  'contact',
  'contacts',
  'escalation',
  'oncall',
  'on-call',
  'slack',
  'support',
  'maintainer',
  'maintainers',
];
const helpLink =
  /^mailto:|slack\.com|pagerduty|opsgenie|victorops|incident\.io|rootly|teams\.microsoft\.com|discord/i;

/**
 * Which sections a page lacks. Generous: text under the title explains the meaning, bold words count as headings, and
 * anybody named as owner is whom to call.
 * @param owned a file says who owns the page
 * @param own words of the team's configuration
 */
export function coverageOf({ facts, title, alerts }: Runbook, owned: boolean, own: OwnWords): Coverage {
  const announced = (text: string): SectionName[] => sectionsIn(text, own);
  const [first] = facts.headings;
  const titled = first?.depth === 1 ? first : undefined;
  const headings = facts.headings.filter((heading) => heading !== titled);
  const found = new Set<SectionName>(
    [...headings.map(({ text }) => text), ...facts.labels].flatMap(announced),
  );
  if (titled?.introduced || facts.frontMatter['description']?.value || facts.frontMatter['summary']?.value)
    found.add('meaning');
  const names = new Set(alerts.map((alert) => comparable(alert.facts.name.value)));
  if (headings.some(({ introduced, text }) => introduced && names.has(comparable(text))))
    found.add('meaning');
  const helps = facts.links.some(
    ({ target, text }) => helpLink.test(target.value) || announced(text).includes('escalation'),
  );
  if (owned || helps || facts.namesHelp || ownerKeys.some((key) => facts.frontMatter[key]?.value))
    found.add('escalation');
  if (announced(title).includes('mitigation') && facts.code.some(({ inline }) => !inline))
    found.add('mitigation');
  const filled = new Set(headings.filter((heading) => heading.filled).flatMap(({ text }) => announced(text)));
  const empty = headings.flatMap((heading) =>
    heading.filled
      ? []
      : announced(heading.text)
          .filter((section) => !filled.has(section))
          .slice(0, 1)
          .map((section) => ({ section, heading })),
  );
  return { missing: sectionNames.filter((name) => !found.has(name)), empty };
}
