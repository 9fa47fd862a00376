/** A walk through the editor as a person takes it, by mouse and keyboard; takes the README's pictures on the way. */
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Browser, Frame, Locator } from 'playwright-core';
import type { Workbench } from '../tools/editorHost.ts';
import { EditorWindow } from './window.ts';

export interface Walk {
  readonly browser: Browser;
  readonly workbench: Workbench;
  /** A copy of the storefront, which the walk changes. */
  readonly folder: string;
  /** Where pictures go. */
  readonly pictures: string;
}

/** Pictures in the README stay below this many bytes. */
const maxPicture = 250 * 1024;

const probe = { file: 'deploy/kubernetes/catalog.yaml', text: '/health', fixed: '/healthz' };

/** Defines the walk's tests; they build on each other. */
export function defineWalk({ browser, workbench, folder, pictures }: Walk): void {
  describe('a walk through the editor', () => {
    let editor: EditorWindow;

    before(async () => {
      editor = await EditorWindow.open(browser, workbench, folder);
    });
    after(() => editor.close());
    afterEach(async function () {
      if (this.currentTest?.state === 'failed') await editor.pictureOfFailure(this.currentTest.title);
    });

    it('shows the score in the status bar', async () => {
      await statusBar().filter({ hasText: /\d+%/ }).waitFor();
    });

    it('underlines the value that is wrong', async () => {
      await editor.openFile(probe.file);
      await squiggle().waitFor();
    });

    it('says on hover what is wrong and where the other end is', async () => {
      await caretTo(probe.text);
      // "Show Hover": as the keyboard asks for it.
      await editor.page.keyboard.press('Control+K');
      await editor.page.keyboard.press('Control+I');
      const hover = editor.page.locator('.monaco-hover:not(.hidden)').filter({ hasText: 'scaleready' });
      await hover.waitFor();
      const text = await hover.innerText();
      assert.match(text, /health\/probe-path-unserved/);
      assert.match(text, /server\.ts/, 'the other end of the join is there');
      await picture('finding.png');
      await editor.page.keyboard.press('Escape');
    });

    it('fixes it with one keystroke', async () => {
      await caretTo(probe.text);
      await editor.page.keyboard.press('Control+.');
      const menu = editor.page.locator('.action-widget');
      await menu.getByText(probe.fixed).first().waitFor();
      await picture('quick-fix.png');
      await editor.page.keyboard.press('Enter');
      await editor.page
        .locator('.view-line')
        .filter({ hasText: `path: ${probe.fixed}` })
        .nth(1)
        .waitFor();
      await squiggle().waitFor({ state: 'detached' });
      await editor.page.keyboard.press('Control+Z');
      await squiggle().waitFor();
    });

    it('opens the panel from the status bar', async () => {
      await statusBar().click();
      const panel = await panelFrame();
      await panel.getByRole('heading', { name: /Scaling readiness/ }).waitFor();
      assert.equal(await panel.locator('.checklist > li').count(), 5);
      const areas = await panel.locator('.areas .name').allInnerTexts();
      for (const area of ['Health checks', 'Containers', 'Ownership']) assert.ok(areas.includes(area), area);
      assert.match(await panel.locator('.ring').innerText(), /\d+/);
      const services = await panel.getByRole('columnheader').allInnerTexts();
      for (const service of ['catalog', 'checkout', 'recommendations', 'web']) {
        assert.ok(
          services.some((text) => text.includes(service)),
          `a column for ${service} in ${services.join()}`,
        );
      }
    });

    it('shows the panel as the README does', async () => {
      await editor.page.mouse.move(2, 2);
      await editor.page.keyboard.press('Control+B');
      await editor.page.locator('.part.sidebar').waitFor({ state: 'hidden' });
      await picture('panel.png');
    });

    it('says each standing in words, not in colour alone', async () => {
      const panel = await panelFrame();
      const labels = await panel
        .getByRole('gridcell')
        .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('aria-label') ?? ''));
      assert.ok(labels.length > 20);
      assert.deepEqual(
        labels.filter((label) => !/: (Met|Gap|Unknown|Does not apply)/.test(label)),
        [],
      );
    });

    it('moves through the matrix with the keyboard, from one tab stop', async () => {
      const panel = await panelFrame();
      const grid = panel.getByRole('grid');
      assert.equal(await grid.locator('[tabindex="0"]').count(), 1);
      await grid.locator('[tabindex="0"]').focus();
      await editor.page.keyboard.press('Control+Home');
      await editor.page.keyboard.press('ArrowDown');
      await editor.page.keyboard.press('ArrowDown');
      await editor.page.keyboard.press('ArrowRight');
      const focused = () => panel.locator(':focus').getAttribute('aria-label');
      const first = (await focused()) ?? '';
      assert.match(first, /^Repository|: (Met|Gap|Unknown|Does not apply)/);
      await editor.page.keyboard.press('ArrowRight');
      assert.notEqual(await focused(), first);
      assert.equal(await grid.locator('[tabindex="0"]').count(), 1);
    });

    it('opens the evidence of a gap, at its line', async () => {
      const panel = await panelFrame();
      const cell = panel.locator('td.gap[aria-label*="/health,"], td.gap[aria-label*="/health "]').first();
      await cell.focus();
      await editor.page.keyboard.press('Enter');
      const evidence = panel.getByRole('dialog', { name: 'Evidence' });
      // A join has two ends, so they are listed; the first is where the finding stands.
      await evidence.waitFor();
      assert.ok((await evidence.locator('.place').count()) >= 2);
      await editor.page.keyboard.press('Enter');
      await editor.tab(path.basename(probe.file)).waitFor();
      await editor.page
        .locator('.statusbar')
        .getByText(/^Ln \d+, Col \d+/)
        .waitFor();
      assert.doesNotMatch(await editor.page.locator('.statusbar').innerText(), /Ln 1, Col 1\b/);
    });

    it('filters to gaps and to words, and keeps that while it is hidden', async () => {
      await (await panelFrame()).getByRole('button', { name: /^Gaps/ }).click();
      const panel = await panelFrame();
      await panel.locator('.filter input').fill('containers');
      const rows = panel.locator('tbody th[scope="row"]');
      await rows.first().waitFor();
      const shown = await rows.count();
      for (const row of await rows.all())
        assert.match((await row.getAttribute('title')) ?? '', /containers\//);

      await editor.page.keyboard.press('Control+K');
      await editor.page.keyboard.press('Enter');
      await editor.openFile('deploy/kubernetes/web.yaml');
      await editor.command('Scaleready: Open Readiness Panel');
      const again = await panelFrame();
      await again.locator('tbody th[scope="row"]').first().waitFor();
      assert.equal(await again.locator('tbody th[scope="row"]').count(), shown);
      await again.locator('.filter input').fill('');
      await again.getByRole('button', { name: /^All/ }).click();
    });

    it('follows the text as it is fixed', async () => {
      const panel = await panelFrame();
      const before = await panel.locator('.ring').innerText();
      const file = path.join(folder, probe.file);
      const text = fs.readFileSync(file, 'utf8');
      fs.writeFileSync(file, text.replace(/path: \/health$/m, `path: ${probe.fixed}`));
      await panel.locator('.ring').filter({ hasNotText: before }).waitFor();
      fs.writeFileSync(file, text);
    });

    it('explains a rule from the palette', async () => {
      await editor.command('Scaleready: Explain Rule');
      await editor.choice('health/endpoint-missing').waitFor();
      await editor.page.keyboard.type('probe-path-unserved');
      await editor.choice('health/probe-path-unserved').click();
      await editor.tab(/probe-path-unserved/).waitFor();
    });

    it('lists services in a view of their own, each with what belongs to it', async () => {
      await editor.page.locator('.activitybar').getByRole('tab', { name: 'Scaleready' }).click();
      await editor.command('View: Close All Editors');
      // Three views at once have few lines each.
      for (const other of ['Runbooks', 'Feature Flags']) await section(other).click();
      await row('web').waitFor();
      for (const service of ['catalog', 'checkout', 'recommendations']) await row(service).waitFor();
      await row('web').click();
      await editor.page.keyboard.press('ArrowRight');
      await row('Health checks').waitFor();
      for (const group of ['Endpoints', 'Owners', 'Why it is a service']) await row(group).waitFor();
    });

    it('opens what a line of the view speaks of', async () => {
      await row('Health checks').click();
      await row('readiness probe').click();
      await editor.tab('web.yaml').waitFor();
      await row('readiness probe').locator('.monaco-tl-twistie').click();
      await row('served in').waitFor();
    });

    it('lists flags by what is to be cleaned up', async () => {
      await section('Feature Flags').click();
      for (const group of ['Undefined', 'Expired', 'Unused']) await row(group).waitFor();
      await row('guest-checkout').waitFor();
      await widenSideBar(170);
      await picture('services.png');
    });

    it('leads from a probe in the view to the code that answers it', async () => {
      await row('served in').click();
      await editor.tab('server.ts').waitFor();
      await editor.page
        .locator('.statusbar')
        .getByText(/^Ln \d+, Col \d+/)
        .waitFor();
      assert.doesNotMatch(await editor.page.locator('.statusbar').innerText(), /Ln 1, Col 1\b/);
    });

    it('shows the runbooks for the file that is open, and what is missing', async () => {
      await section('Runbooks').click();
      await editor.openFile('deploy/monitoring/alerts.yaml');
      await editor.command('Notifications: Clear All Notifications');
      await row('For this file').waitFor();
      await row('PaymentsFailing').waitFor();
      for (const group of ['By alert', 'By service', 'Postmortems']) await row(group).waitFor();
      await editor.lens('Create runbook').waitFor();
      await row('PaymentsFailing').hover();
      await picture('runbooks.png');
    });

    it('leads from an alert to its page, and follows it', async () => {
      await editor.lens('Runbook').click();
      await editor.tab('web-error-rate-high.md').waitFor();
      await editor.page.keyboard.press('Control+B');
      await editor.lens('Follow').click();
      const followed = await editor.webview('main#follow h1');
      await followed.getByText('0 of 5').waitFor();
      await followed.locator('input[type="checkbox"]').first().focus();
      await editor.page.keyboard.press('Space');
      await followed.getByText('1 of 5').waitFor();
    });

    it('sends a command nowhere before a terminal is chosen', async () => {
      const followed = await editor.webview('main#follow h1');
      await followed.getByRole('button', { name: /^Run in terminal: kubectl logs/ }).click();
      await editor.choice('New Terminal').waitFor();
      await editor.dismiss();
      await editor.page.mouse.move(2, 2);
      await picture('follow.png');
      assert.equal(await followed.getByText(/^sent at/).count(), 0);
    });

    it('keeps what was checked off through a restart', async () => {
      await editor.reload();
      await (await editor.webview('main#follow h1')).getByText('1 of 5').waitFor();
    });

    it('finishes the run, and writes it down as a postmortem', async () => {
      const followed = await editor.webview('main#follow h1');
      for (const box of (await followed.locator('input[type="checkbox"]').all()).slice(1)) await box.check();
      await followed.getByText('5 of 5').waitFor();
      await followed.getByText('Finish Run').click();
      await followed.getByText('Save as Postmortem').click();
      await editor.tab(/-weberrorratehigh\.md/).waitFor();
      const records = fs.readdirSync(path.join(folder, 'docs/postmortems'));
      const record =
        records.find((name) => name.endsWith('-weberrorratehigh.md')) ?? assert.fail(records.join());
      const text = fs.readFileSync(path.join(folder, 'docs/postmortems', record), 'utf8');
      assert.match(text, /^Detected: \d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC\n\nResolved: \d{4}/m);
      assert.match(text, /done: Which route fails\?/);
    });

    it('removes a flag, after a preview of what changes', async () => {
      const code = path.join(folder, 'services/checkout/src/orders.js');
      assert.match(fs.readFileSync(code, 'utf8'), /guest-checkout/);
      await editor.command('View: Close All Editors');
      await editor.openFile('services/checkout/src/orders.js');
      await editor.command('Scaleready: Remove Flag');
      await editor.choice('guest-checkout').click();
      await editor.choice('Everybody gets what the flag switched on').click();
      const preview = editor.page.locator('.bulk-edit-panel');
      const changed = (file: string): Locator =>
        preview.locator('.monaco-list-row').filter({ hasText: file });
      await changed('orders.js').first().waitFor();
      await changed('getBooleanValue').first().waitFor();
      await picture('remove-flag.png');
      for (const file of ['storefront.flagd.json', 'orders.js'])
        await changed(file).first().locator('input[type="checkbox"]').check();
      assert.match(
        fs.readFileSync(code, 'utf8'),
        /guest-checkout/,
        'nothing is changed before it is confirmed',
      );
      await preview.getByRole('button', { name: 'Apply' }).click();
      const isIn = (file: string): boolean => fs.readFileSync(file, 'utf8').includes('guest-checkout');
      await editor.eventually(
        'the flag is gone from code and definition',
        () => ![code, path.join(folder, 'flags/storefront.flagd.json')].some(isIn),
      );
    });

    // ---- The editor's parts ----

    /** The header of a view. */
    function section(name: string): Locator {
      return editor.page.locator('.part.sidebar .pane-header').filter({ hasText: name });
    }

    /** A line of a tree view. */
    function row(text: string): Locator {
      return editor.page.locator('.part.sidebar .monaco-list-row').filter({ hasText: text }).first();
    }

    function statusBar(): Locator {
      return editor.page
        .locator('.statusbar-item[id="scaleready.scaleready.scaleready.status"], .statusbar-item')
        .filter({
          hasText: 'Scaleready',
        });
    }

    function squiggle(): Locator {
      return editor.page.locator('.squiggly-error').first();
    }

    async function widenSideBar(by: number): Promise<void> {
      const { x, width, y, height } = (await editor.page.locator('.part.sidebar').boundingBox())!;
      await editor.page.mouse.move(x + width, y + height / 2);
      await editor.page.mouse.down();
      await editor.page.mouse.move(x + width + by, y + height / 2, { steps: 5 });
      await editor.page.mouse.up();
      await editor.page.mouse.move(2, 2);
    }

    /** Puts the caret into the first place of a text in the active editor. */
    async function caretTo(text: string): Promise<void> {
      await editor.page.locator('.view-line').first().click();
      await editor.page.keyboard.press('Control+F');
      await editor.page.locator('.find-widget.visible').waitFor();
      await editor.page.keyboard.press('Control+A');
      await editor.page.keyboard.type(text);
      await editor.page.keyboard.press('Escape');
      await editor.page.keyboard.press('ArrowLeft');
      await editor.page.keyboard.press('ArrowRight');
    }

    function panelFrame(): Promise<Frame> {
      return editor.webview('main#panel');
    }

    async function picture(name: string): Promise<void> {
      fs.mkdirSync(pictures, { recursive: true });
      // Nothing that comes and goes by itself belongs into a picture.
      await editor.page.locator('.notifications-toasts.visible').waitFor({ state: 'hidden' });
      const file = path.join(pictures, name);
      await editor.page.screenshot({ path: file, caret: 'hide', animations: 'disabled' });
      assert.ok(fs.statSync(file).size < maxPicture, `${name} is larger than ${maxPicture / 1024} KiB`);
    }
  });
}
