/**
 * The page of a followed runbook. It draws what the extension sends and reports what the reader does; it keeps nothing
 * but which page it shows.
 */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import './follow.css';
import { html, nothing, render, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { FollowedCommand, FollowedTask } from '../../../server/protocol.ts';
import type { FromPage, ToPage } from '../messages.ts';
import { progressOf, titleOf, wordsOf, type Run } from '../run.ts';
import { item, prose } from './prose.ts';

interface Host {
  postMessage(message: FromPage): void;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
const main = document.querySelector<HTMLElement>('#follow')!;
let state: ToPage | undefined;

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  state = data;
  host.setState({ uri: data.uri });
  draw();
});
// How long a run lasts goes on by itself.
setInterval(draw, 30_000);
draw();
tell({ type: 'ready' });

function tell(message: FromPage): void {
  host.postMessage(message);
}

function open(href: string): void {
  tell({ type: 'link', href });
}

function draw(): void {
  render(state ? page(state) : html`<p class="quiet">Reading the page …</p>`, main);
}

function page(shown: ToPage): TemplateResult {
  const { page, path, run, trusted } = shown;
  if (!page) return html`<p>${path} is not there any more.</p>`;
  return html`
    ${header(shown)}
    ${
      trusted
        ? nothing
        : html`<p class="notice" role="note" id="untrusted">
            This workspace is not trusted: its commands are shown and can be copied, and none goes to a
            terminal.
            <button class="link" @click=${() => tell({ type: 'manageTrust' })}>Manage trust</button>
          </p>`
    }
    <div class="tasks">
      ${repeat(
        page.tasks,
        ({ key }) => key,
        (task) => taskOf(task, run, shown),
      )}
    </div>
  `;
}

function header(shown: ToPage): TemplateResult {
  const { page, path, run, before, terminal, trusted } = shown;
  const { done, total } = progressOf(run, page!.tasks);
  const finished = run.finished !== undefined;
  const title = page!.tasks.find(({ kind }) => kind === 'heading');
  return html`
    <header>
      <h1>${title?.kind === 'heading' ? title.text : page!.title}</h1>
      <p class="facts">
        <button class="link" @click=${() => tell({ type: 'openPage' })}>${path}</button>
        ${page!.alerts.length > 0 ? html`<span>for ${page!.alerts.join(', ')}</span>` : nothing}
      </p>
      <p class="progress" role="status">
        <progress max=${Math.max(1, total)} value=${done} aria-label="Steps done"></progress>
        <strong>${done} of ${total}</strong> <span class="quiet">${timesOf(run, before)}</span>
      </p>
      <p class="actions">
        ${
          finished
            ? html`<vscode-button @click=${() => tell({ type: 'postmortem' })}
                  >Save as Postmortem</vscode-button
                >
                <vscode-button secondary @click=${() => tell({ type: 'startOver' })}
                  >Start Over</vscode-button
                >`
            : html`<vscode-button
                  ?secondary=${done < total}
                  ?disabled=${run.began === undefined}
                  @click=${() => tell({ type: 'finish' })}
                  >Finish Run</vscode-button
                >
                ${
                  trusted
                    ? html`<vscode-button secondary @click=${() => tell({ type: 'chooseTerminal' })}
                        >${terminal === undefined ? 'Choose Terminal' : `Terminal: ${terminal}`}</vscode-button
                      >`
                    : nothing
                }`
        }
      </p>
    </header>
  `;
}

function timesOf(run: Run, before: Run | undefined): string {
  if (run.began === undefined) {
    const last = before?.began === undefined || before.finished === undefined ? undefined : before;
    const told = last
      ? `Last followed on ${dayOf(last.began!)}, in ${minutes(last.began!, last.finished!)}. `
      : '';
    return `${told}The clock starts with the first step.`;
  }
  const began = `began at ${clock(run.began)}`;
  return run.finished === undefined
    ? `${began}, ${minutes(run.began, Date.now())} ago`
    : `${began}, finished at ${clock(run.finished)}, ${minutes(run.began, run.finished)}`;
}

function taskOf(task: FollowedTask, run: Run, shown: ToPage): TemplateResult | typeof nothing {
  if (task.kind === 'text') return html`<div class="text">${prose(task.markdown, open)}</div>`;
  if (task.kind === 'heading') {
    if (task === shown.page!.tasks.find(({ kind }) => kind === 'heading')) return nothing;
    return task.depth <= 2 ? html`<h2>${task.text}</h2>` : html`<h3>${task.text}</h3>`;
  }
  const checked = run.checked[task.key];
  const id = `task-${task.key}`;
  return html`
    <section class="task ${checked === undefined ? '' : 'done'}">
      <input
        type="checkbox"
        id=${id}
        aria-label=${wordsOf(task)}
        .checked=${checked !== undefined}
        ?disabled=${run.finished !== undefined}
        @change=${() => tell({ type: 'toggle', key: task.key })}
      />
      <div class="body">
        ${task.markdown === '' ? nothing : html`<label for=${id}>${item(task.markdown, open)}</label>`}
        ${task.commands.map((command) => commandOf(command, run, shown))}
      </div>
      ${checked === undefined ? nothing : html`<time class="quiet">${clock(checked)}</time>`}
    </section>
  `;
}

function commandOf(command: FollowedCommand, run: Run, { trusted }: ToPage): TemplateResult {
  const { key, code, name, language, runs, dangers, inputs } = command;
  const last = run.sent.findLast((one) => one.key === key);
  return html`
    <div class="command">
      ${name === undefined ? nothing : html`<div class="name">${name}</div>`}
      <pre tabindex="0" aria-label=${language ?? 'code'}><code>${code}</code></pre>
      ${dangers.map((danger) => html`<p class="danger"><strong>Careful:</strong> ${danger}.</p>`)}
      <p class="actions">
        ${
          runs && run.finished === undefined
            ? html`<button
                class="link"
                ?disabled=${!trusted}
                aria-describedby=${trusted ? nothing : 'untrusted'}
                title=${trusted ? nothing : 'This workspace is not trusted.'}
                aria-label="Run in terminal: ${titleOf(command)}"
                @click=${() => tell({ type: 'run', key })}
              >
                Run in Terminal${inputs.length > 0 || dangers.length > 0 ? ' …' : ''}
              </button>`
            : nothing
        }
        <button
          class="link"
          aria-label="Copy: ${titleOf(command)}"
          @click=${() => tell({ type: 'copy', key })}
        >
          Copy
        </button>
        ${inputs.length > 0 ? html`<span class="quiet">asks for ${inputs.map(({ name }) => name).join(', ')}</span>` : nothing}
        ${last ? html`<span class="quiet">sent at ${clock(last.at)}</span>` : nothing}
      </p>
    </div>
  `;
}

function clock(time: number): string {
  return new Date(time).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function minutes(from: number, to: number): string {
  const count = Math.floor((to - from) / 60_000);
  return count < 1 ? 'less than a minute' : count === 1 ? '1 minute' : `${count} minutes`;
}
