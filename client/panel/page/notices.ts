/** What the page says when there is no scorecard to show. */
import { html, nothing, type TemplateResult } from 'lit';
import type { FolderReport } from '../../../server/protocol.ts';
import { number, plural } from './numbers.ts';
import { run, state } from './state.ts';

export function loading(): TemplateResult {
  const { status } = state.known;
  const known = status !== undefined && status.total > 0;
  return html`
    <section class="notice" aria-live="polite">
      <h1>Reading the workspace</h1>
      <p>
        ${known ? `${number(status.done)} of ${plural(status.total, 'file')}` : 'Looking for what there is to check'}
        …
      </p>
      <progress
        max=${known ? status.total : nothing}
        value=${known ? status.done : nothing}
        aria-label="Reading the workspace"
      ></progress>
    </section>
  `;
}

export function noFolder(): TemplateResult {
  return html`
    <section class="notice">
      <h1>No folder is open</h1>
      <p>Open the folder of a repository to see how ready it is to scale.</p>
      <vscode-button @click=${() => run('openFolder')}>Open Folder</vscode-button>
    </section>
  `;
}

export function stopped(): TemplateResult {
  return html`
    <section class="notice" role="alert">
      <h1>The Scaleready server has stopped</h1>
      <p>The output says why.</p>
      <div class="buttons">
        <vscode-button @click=${() => run('restartServer')}>Restart Server</vscode-button>
        <vscode-button secondary @click=${() => run('showOutput')}>Show Output</vscode-button>
      </div>
    </section>
  `;
}

const lookedFor: readonly (readonly [string, string])[] = [
  ['Services', 'package manifests with a server entry point, and the source code behind them'],
  ['Containers', 'Dockerfiles and compose files'],
  ['Workloads', 'Kubernetes manifests, Helm charts, Kustomize overlays'],
  ['Alerts and runbooks', 'Prometheus rules, PrometheusRule objects, runbook pages in Markdown'],
  ['Feature flags', 'flag definitions, and OpenFeature, LaunchDarkly and Unleash calls in code'],
  ['Ownership', 'CODEOWNERS and catalog-info.yaml'],
];

/** Nothing was found: says what was looked for, since that is no success. */
export function empty({ files, name }: FolderReport): TemplateResult {
  return html`
    <section class="notice">
      <h2>Nothing to check in ${name}</h2>
      <p>
        ${plural(files.seen, 'file')} looked at, ${number(files.parsed)} understood. An empty scorecard says
        nothing about readiness. Scaleready looks for:
      </p>
      <dl>
        ${lookedFor.map(
          ([what, where]) =>
            html`<dt>${what}</dt>
              <dd>${where}</dd>`,
        )}
      </dl>
      <p>Name the services it cannot guess in a configuration file.</p>
      <vscode-button secondary @click=${() => run('createConfiguration')}>Create Configuration</vscode-button>
    </section>
  `;
}
