/** What the tests do in a window of the editor, by mouse and keyboard. */
import * as path from 'node:path';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { openWindow, type Workbench } from '../tools/editorHost.ts';
import { root } from './prepare.ts';

/** Milliseconds that something may take to appear; a webview of a served workbench has taken 25 s on a busy machine. */
const patience = 45_000;

export class EditorWindow {
  private constructor(readonly page: Page) {}

  static async open(browser: Browser, workbench: Workbench, folder: string): Promise<EditorWindow> {
    const page = await openWindow(browser, workbench, folder);
    page.setDefaultTimeout(patience);
    return new EditorWindow(page);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  tab(name: string | RegExp): Locator {
    return this.page.getByRole('tab', { name }).first();
  }

  lens(title: string): Locator {
    return this.page.locator('.codelens-decoration a').getByText(title, { exact: true }).first();
  }

  /** The line of the list that is open to choose from. */
  choice(text: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  }

  /** Leaves a list or an input box without an answer. */
  async dismiss(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  async openFile(file: string): Promise<void> {
    const name = path.basename(file);
    await this.#choose(file, name);
    await this.tab(name).waitFor();
    await this.page.locator('.editor-instance .view-lines').first().waitFor();
  }

  async command(title: string): Promise<void> {
    await this.#choose(`>${title}`, title);
  }

  /** Restarts the extension host with the window, as after an update of the extension. */
  async reload(): Promise<void> {
    await this.page.evaluate('window.isBeforeReload = true');
    await this.command('Developer: Reload Window');
    await this.page.waitForFunction('window.isBeforeReload === undefined', { timeout: patience });
    await this.page.waitForSelector('.monaco-workbench .statusbar', { timeout: patience });
  }

  /** The webview that has an element. */
  async webview(selector: string, options: { hasText?: string } = {}): Promise<Frame> {
    return this.eventually(`a webview has ${selector} ${options.hasText ?? ''}`, async () => {
      for (const frame of this.page.frames()) {
        // A frame that goes away meanwhile has nothing.
        const count = await frame
          .locator(selector, options)
          .count()
          .catch(() => 0);
        if (count > 0) return frame;
      }
      return undefined;
    });
  }

  /** @throws after a while, with what it waited for */
  async eventually<T>(what: string, get: () => T | Promise<T>): Promise<NonNullable<Exclude<T, false>>> {
    for (const end = Date.now() + patience; Date.now() < end;) {
      const value = await get();
      if (value) return value as NonNullable<Exclude<T, false>>;
      await this.page.waitForTimeout(100);
    }
    throw new Error(`Waited in vain: ${what}.`);
  }

  /** Shows what was there when a test failed. */
  async pictureOfFailure(title: string): Promise<void> {
    await this.page.screenshot({ path: path.join(root, `dist/failed-${title.replace(/\W+/g, '-')}.png`) });
  }

  /** By the one list that opens files and runs commands. */
  async #choose(typed: string, shown: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.page.locator('.quick-input-box input').fill(typed);
    await this.choice(shown).click();
  }
}
