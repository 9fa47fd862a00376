/** A night on call: what the walk leaves out of following a runbook, in a terminal and where the folder is not trusted. */
import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import type { Workbench } from '../tools/editorHost.ts';
import type { Walk } from './walk.ts';
import { EditorWindow } from './window.ts';

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

export function defineOnCall({ browser, workbench, folder, startUntrusted }: OnCall): void {
  describe('a night on call', () => {
    let editor: EditorWindow;

    before(async () => {
      const file = path.join(folder, runbook);
      fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('## Mitigation\n', harmless));
      editor = await EditorWindow.open(browser, workbench, folder);
    });
    after(() => editor.close());
    afterEach(async function () {
      if (this.currentTest?.state === 'failed') await editor.pictureOfFailure(this.currentTest.title);
    });

    it('offers to follow a page: in its title, in the palette and above it', async () => {
      await editor.openFile('deploy/monitoring/alerts.yaml');
      await editor.command('Scaleready: Follow Runbook');
      await editor.choice('WebErrorRateHigh').waitFor();
      await editor.dismiss();
      await editor.openFile(runbook);
      await editor.page.locator('.editor-actions').getByRole('button', { name: 'Follow Runbook' }).waitFor();
      await editor.lens('Follow').click();
      const steps = await follow('WebErrorRateHigh');
      await steps.getByText('0 of 6').waitFor();
      await steps.getByRole('checkbox', { name: 'Which route fails?' }).focus();
      await editor.page.keyboard.press('Space');
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
      await editor.eventually(
        'the command has run',
        () => fs.existsSync(taken) && fs.statSync(taken).size > 0,
      );
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
      await editor.eventually('it has run again', () => fs.existsSync(again) && fs.statSync(again).size > 0);
      assert.equal(fs.readFileSync(again, 'utf8'), 'taken by Ada "on call"\n');
    });

    it('has marks and what was sent after a restart', async () => {
      await editor.reload();
      const steps = await follow('WebErrorRateHigh');
      await steps.getByText('1 of 6').waitFor();
      assert.ok(await steps.getByRole('checkbox', { name: 'Which route fails?' }).isChecked());
      await task(steps, 'Say who is on it').getByText('sent at').waitFor();
    });

    it('has what destroys something confirmed', async () => {
      await editor.command('View: Close All Editors');
      await editor.openFile('runbooks/restore-database.md');
      await editor.lens('Follow').click();
      const remove = task(await follow('Restore the database'), 'Start with an empty volume');
      await remove.getByText('Careful').waitFor();
      await remove.getByRole('button', { name: 'Run in Terminal' }).click();
      await inNewTerminal();
      const dialog = editor.page
        .getByRole('dialog')
        .filter({ hasText: 'kubectl delete pvc data-postgres-0' });
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'hidden' });
      assert.equal(await remove.getByText('sent at').count(), 0);
    });

    it('says why nothing can be run where the folder is not trusted', async function () {
      this.timeout(120_000);
      const other = await startUntrusted();
      try {
        await editor.close();
        editor = await EditorWindow.open(browser, other, folder);
        await editor.openFile(runbook);
        await editor.lens('Follow').click();
        const steps = await follow('WebErrorRateHigh');
        await steps.getByText('This workspace is not trusted').waitFor();
        const first = task(steps, 'Which route fails?');
        assert.ok(await first.getByRole('button', { name: 'Run in Terminal' }).isDisabled());
        await first.getByRole('button', { name: 'Copy' }).click();
        const copied = (): Promise<string> => editor.page.evaluate<string>('navigator.clipboard.readText()');
        await editor.eventually('the command is copied', async () =>
          (await copied()).startsWith('kubectl logs'),
        );
      } finally {
        await other.stop();
      }
    });

    // ---- The editor's parts ----

    async function inNewTerminal(): Promise<void> {
      await editor.choice('New Terminal').click();
    }

    function task(steps: Frame, text: string): Locator {
      return steps.locator('.task').filter({ hasText: text });
    }

    function follow(title: string): Promise<Frame> {
      return editor.webview('main#follow h1', { hasText: title });
    }

    /** Types into the input box that asks for this; undefined takes what is there. */
    async function answer(prompt: string, value: string | undefined): Promise<void> {
      const box = editor.page.locator('.quick-input-widget').filter({ hasText: prompt });
      await box.waitFor();
      if (value !== undefined) await box.locator('.quick-input-box input').fill(value);
      await editor.page.keyboard.press('Enter');
    }
  });
}
