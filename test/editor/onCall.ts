/** A night on call: what the walk leaves out of following a runbook, in a terminal and where the folder is not trusted. */
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { openWindow, type Workbench } from '../tools/editorHost.ts';
import type { Walk } from './walk.ts';

export interface OnCall extends Walk {
  /** Starts a second workbench, which trusts no folder. */
  startUntrusted(): Promise<Workbench>;
}

const runbook = 'runbooks/web-error-rate-high.md';
/** A step that harms nobody and leaves a trace. */
const harmless = `3. Say who is on it, in <channel>:

   \`\`\`sh { name=sign }
   echo "taken by $ENGINEER" > <file>
   \`\`\`

## Mitigation
`;

export function defineOnCall({ browser, workbench, folder, pictures, startUntrusted }: OnCall): void {
  describe('a night on call', () => {
    let page: Page;

    before(async () => {
      const file = path.join(folder, runbook);
      fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('## Mitigation\n', harmless));
      page = await openWindow(browser, workbench, folder);
      page.setDefaultTimeout(15_000);
    });
    after(() => page.context().close());
    afterEach(async function () {
      if (this.currentTest?.state !== 'failed') return;
      const name = this.currentTest.title.replace(/\W+/g, '-');
      await page.screenshot({ path: path.join(pictures, `../../dist/failed-${name}.png`) });
    });

    it('offers to follow a page: in its title, in the palette and above it', async () => {
      await openFile('deploy/monitoring/alerts.yaml');
      await command('Scaleready: Follow Runbook');
      const choices = page.locator('.quick-input-list .monaco-list-row');
      await choices.filter({ hasText: 'WebErrorRateHigh' }).first().waitFor();
      await page.keyboard.press('Escape');
      await openFile(runbook);
      await page.locator('.editor-actions').getByRole('button', { name: 'Follow Runbook' }).waitFor();
      await lens('Follow').click();
      const steps = await follow('WebErrorRateHigh');
      await steps.getByText('0 of 6').waitFor();
      await steps.getByRole('checkbox', { name: 'Which route fails?' }).focus();
      await page.keyboard.press('Space');
      await steps.getByText('1 of 6').waitFor();
    });

    it('keeps check marks when the page changes', async () => {
      const file = path.join(folder, runbook);
      const text = fs.readFileSync(file, 'utf8');
      fs.writeFileSync(file, text.replace('## Mitigation\n', '4. Breathe.\n\n## Mitigation\n'));
      const steps = await follow('WebErrorRateHigh');
      await steps.getByText('1 of 7').waitFor();
      fs.writeFileSync(file, text);
      await steps.getByText('1 of 6').waitFor();
    });

    it('sends a command to a terminal after a click, filled in', async () => {
      const own = task(await follow('WebErrorRateHigh'), 'Say who is on it');
      await own.getByRole('button', { name: 'Run in Terminal' }).click();
      await answer('$ENGINEER', 'Ada "on call"');
      await answer('file', 'taken.txt');
      await inNewTerminal();
      const taken = path.join(folder, 'taken.txt');
      await eventually('the command has run', () => fs.existsSync(taken) && fs.statSync(taken).size > 0);
      assert.equal(fs.readFileSync(taken, 'utf8'), 'taken by Ada "on call"\n');
      await own.getByText('sent at').waitFor();
      await own.getByText('in <channel>').waitFor();
    });

    it('remembers the terminal and what was given before', async () => {
      const own = task(await follow('WebErrorRateHigh'), 'Say who is on it');
      await own.getByRole('button', { name: 'Run in Terminal' }).click();
      await answer('$ENGINEER', undefined);
      await answer('file', 'again.txt');
      const again = path.join(folder, 'again.txt');
      await eventually('it has run again', () => fs.existsSync(again) && fs.statSync(again).size > 0);
      assert.equal(fs.readFileSync(again, 'utf8'), 'taken by Ada "on call"\n');
    });

    it('has marks and what was sent after a restart', async () => {
      await page.reload();
      await page.waitForSelector('.monaco-workbench .statusbar', { timeout: 60_000 });
      const steps = await follow('WebErrorRateHigh');
      await steps.getByText('1 of 6').waitFor();
      assert.ok(await steps.getByRole('checkbox', { name: 'Which route fails?' }).isChecked());
      await task(steps, 'Say who is on it').getByText('sent at').waitFor();
    });

    it('has what destroys something confirmed', async () => {
      await command('View: Close All Editors');
      await openFile('runbooks/restore-database.md');
      await lens('Follow').click();
      const remove = task(await follow('Restore the database'), 'Start with an empty volume');
      await remove.getByText('Careful').waitFor();
      await remove.getByRole('button', { name: 'Run in Terminal' }).click();
      await inNewTerminal();
      const dialog = page.getByRole('dialog').filter({ hasText: 'kubectl delete pvc data-postgres-0' });
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'hidden' });
      assert.equal(await remove.getByText('sent at').count(), 0);
    });

    it('says why nothing can be run where the folder is not trusted', async function () {
      this.timeout(120_000);
      const other = await startUntrusted();
      try {
        const trusting = page;
        page = await openWindow(browser, other, folder);
        await trusting.context().close();
        page.setDefaultTimeout(20_000);
        await openFile(runbook);
        await lens('Follow').click();
        const steps = await follow('WebErrorRateHigh');
        await steps.getByText('This workspace is not trusted').waitFor();
        const first = task(steps, 'Which route fails?');
        assert.ok(await first.getByRole('button', { name: 'Run in Terminal' }).isDisabled());
        await first.getByRole('button', { name: 'Copy' }).click();
        const copied = (): Promise<string> => page.evaluate<string>('navigator.clipboard.readText()');
        await eventually('the command is copied', async () => (await copied()).startsWith('kubectl logs'));
      } finally {
        await other.stop();
      }
    });

    // ---- The editor's parts ----

    function lens(title: string): Locator {
      return page.locator('.codelens-decoration a').getByText(title, { exact: true }).first();
    }

    function tab(name: string): Locator {
      return page.getByRole('tab', { name }).first();
    }

    async function inNewTerminal(): Promise<void> {
      const choice = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'New Terminal' });
      await choice.click();
    }

    function task(steps: Frame, text: string): Locator {
      return steps.locator('.task').filter({ hasText: text });
    }

    async function follow(title: string): Promise<Frame> {
      return eventually(`the steps of ${title} are there`, async () => {
        for (const frame of page.frames()) {
          const found = frame.locator('main#follow h1').filter({ hasText: title });
          if (await found.count().catch(() => 0)) return frame;
        }
        return undefined;
      });
    }

    /** Types into the input box that asks for this; undefined takes what is there. */
    async function answer(prompt: string, value: string | undefined): Promise<void> {
      const box = page.locator('.quick-input-widget').filter({ hasText: prompt });
      await box.waitFor();
      if (value !== undefined) await box.locator('.quick-input-box input').fill(value);
      await page.keyboard.press('Enter');
    }

    async function openFile(file: string): Promise<void> {
      const name = path.basename(file);
      await page.keyboard.press('Control+P');
      await page.locator('.quick-input-widget').waitFor();
      await page.keyboard.type(file);
      await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first().waitFor();
      await page.keyboard.press('Enter');
      await tab(name).waitFor();
    }

    async function command(title: string): Promise<void> {
      await page.keyboard.press('F1');
      await page.locator('.quick-input-widget').waitFor();
      await page.keyboard.type(title);
      await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first().waitFor();
      await page.keyboard.press('Enter');
    }
  });
}

async function eventually<T>(
  what: string,
  get: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (let waited = 0; waited < 45_000; waited += 100) {
    const value = await get();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Waited in vain: ${what}`);
}
