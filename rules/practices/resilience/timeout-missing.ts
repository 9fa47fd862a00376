/** A call without a time limit waits as long as the other side hangs, and takes the caller down with it. */
import type { ts } from 'ts-morph';
import { runsOnServer } from './serverSide.ts';
import type { Model, Service } from '../../model/model.ts';
import { addField, addImports } from '../edits/go.ts';
import { marginOf, newlineOf } from '../edits/lines.ts';
import { addKeyword } from '../edits/python.ts';
import { limitReqwest } from '../edits/rust.ts';
import { addProperty, insertArgument, nodeAt, parseCode, type Code } from '../edits/typescript.ts';
import { defineRule, type Change, type FixContext, type LazyFix } from '../rule.ts';

export default defineRule({
  id: 'resilience/timeout-missing',
  title: 'An outgoing call has no time limit.',
  area: 'resilience',
  section: '§4',
  level: 'warning',
  joins: false,
  fix: 'suggested',
  messages: {
    missing: {
      text: '{callee} has no timeout: when the other side hangs, this waits with it, and so does everybody who waits for {service}.',
    },
  },
  check(model, report) {
    const reported = new Set<string>();
    for (const service of model.services) {
      for (const call of callsOf(model, service)) {
        if (call.timeout === 'set')
          report.met(service, { at: call.at, message: `${call.callee} has a timeout.` });
        // A library that several services share is at fault once.
        const place = `${call.at.file}\0${call.at.range?.start}`;
        if (call.timeout !== 'missing' || reported.has(place)) continue;
        reported.add(place);
        report.gap({
          message: 'missing',
          data: { service: service.name, callee: call.callee },
          at: call.at,
          service,
          fixes: fixes(call),
        });
      }
    }
  },
});

type Call = NonNullable<Service['code']>['calls'][number];

/** Calls that hold up a server, without those that a default of their client covers. */
function callsOf(model: Model, service: Service): readonly Call[] {
  if (!service.code || service.runs || service.role !== 'production') return [];
  const onServer = runsOnServer(model, service);
  const calls = service.code.calls.filter(
    ({ at }) => model.role(at.file) === 'production' && onServer(at.file),
  );
  const covered = new Set(calls.filter((call) => call.coversClient).map(({ client }) => client));
  return calls.filter((call) => call.timeout === 'set' || !covered.has(call.client));
}

/** Seconds that a fix gives a call: longer than a healthy answer takes, shorter than a user waits. */
const seconds = 10;

interface Option {
  /** @param milliseconds as the file writes numbers */
  readonly property: (milliseconds: string) => string;
  /** The index of the argument that holds options; a callback may stand there when there are none. */
  readonly argument: (method: string, firstIsObject: boolean) => number;
}

const second = (): number => 1;
const objectOrSecond = (_: string, firstIsObject: boolean): number => (firstIsObject ? 0 : 1);
const signal = (milliseconds: string): string => `signal: AbortSignal.timeout(${milliseconds})`;

/** The option that limits a call, by client. Node's own `timeout` of requests only tells; a signal ends them. */
const options: Readonly<Record<string, Option>> = {
  fetch: { property: signal, argument: second },
  'node-fetch': { property: signal, argument: second },
  undici: { property: signal, argument: second },
  http: { property: signal, argument: objectOrSecond },
  axios: { property: (milliseconds) => `timeout: ${milliseconds}`, argument: axiosConfig },
  got: { property: (milliseconds) => `timeout: { request: ${milliseconds} }`, argument: objectOrSecond },
  request: { property: (milliseconds) => `timeout: ${milliseconds}`, argument: objectOrSecond },
  needle: {
    property: (milliseconds) => `response_timeout: ${milliseconds}`,
    argument: (method) => (/^(?:post|put|patch)$/.test(method) ? 2 : 1),
  },
  pg: { property: (milliseconds) => `connectionTimeoutMillis: ${milliseconds}`, argument: () => 0 },
  grpc: { property: (milliseconds) => `deadline: Date.now() + ${milliseconds}`, argument: second },
};

function axiosConfig(method: string, firstIsObject: boolean): number {
  if (/^(?:post|put|patch|postForm|putForm|patchForm)$/.test(method)) return 2;
  return method === 'request' || method === 'create' || firstIsObject ? 0 : 1;
}

/** Clients of other languages whose calls, or whose own literal, take a limit. */
const elsewhere: Readonly<Record<string, (call: Call, context: FixContext) => readonly Change[]>> = {
  requests: limitPython,
  urllib: limitPython,
  'net/http': limitGo,
  reqwest: ({ at }, { read }) => limitReqwest(read(at.file), at.range!, seconds),
  guzzle: limitGuzzle,
  typhoeus: limitTyphoeus,
};

function limitPython({ at }: Call, { read }: FixContext): readonly Change[] {
  const { text, path } = read(at.file);
  // Somebody has said that it shall wait for ever.
  if (/\btimeout\s*=/.test(text.slice(at.range!.start, at.range!.end))) return [];
  const change = addKeyword({ path, text }, at.range!, `timeout=${seconds}`);
  return change ? [change] : [];
}

/** Only a client of one's own has a limit. */
function limitGo({ at }: Call, { read }: FixContext): readonly Change[] {
  const file = read(at.file);
  const field = addField(file, at.range!, `Timeout: ${seconds} * time.Second`);
  return field ? [...addImports(file, ['time']), field] : [];
}

function limitTyphoeus({ at }: Call, { read }: FixContext): readonly Change[] {
  const change = addKeyword(read(at.file), at.range!, `timeout: ${seconds}`);
  return change ? [change] : [];
}

/** `new Client()`, and `new Client([…])` with the options it has. */
function limitGuzzle({ at }: Call, { read }: FixContext): readonly Change[] {
  const { text } = read(at.file);
  const { start, end } = at.range!;
  const written = text.slice(start, end);
  const option = `'timeout' => ${seconds}`;
  const edit = (from: number, to: number, added: string): readonly Change[] => [
    { kind: 'edit', file: at.file, range: { start: from, end: to }, text: added },
  ];
  const bare = /^new [\w\\]+(?:\(\s*\))?$/.exec(written);
  if (bare) return edit(start, end, `${written.replace(/\(\s*\)$/, '')}([${option}])`);
  const given = /^(new [\w\\]+\(\[[^]*?)(,?)(\s*)\]\)$/.exec(written);
  // A comment may hold the end of the last option.
  if (!given || /(?<!:)\/\/|#/.test(written)) return [];
  const last = start + given[1]!.length;
  if (given[1]!.endsWith('[')) return edit(last, last, option);
  // Options in lines of their own stay so.
  if (!given[3]!.includes('\n')) return edit(last, last, `, ${option}`);
  const line = `${newlineOf(text)}${marginOf(text, last)}${option},`;
  return edit(last, last + given[2]!.length, `,${line}`);
}

function fixes(call: Call): LazyFix[] {
  if (call.at.range && Object.hasOwn(elsewhere, call.client)) {
    if (call.client === 'net/http' && call.callee !== 'http.Client') return [];
    if (call.client === 'reqwest' && call.callee === 'reqwest::get') return [];
    const title = `Give ${call.callee} a timeout of ${seconds} seconds`;
    return [{ title, safety: 'suggested', changes: (context) => elsewhere[call.client]!(call, context) }];
  }
  if (!call.at.range || !(call.client === 'superagent' || Object.hasOwn(options, call.client))) return [];
  const title = `Give ${call.callee} a timeout of ${seconds} seconds`;
  return [{ title, safety: 'suggested', changes: (context) => limit(context, call) }];
}

async function limit({ read }: FixContext, { at, client, callee }: Call): Promise<readonly Change[]> {
  const code = await parseCode(read(at.file));
  const call = callAt(code, at.range!);
  if (!call) return [];
  const { ts, style } = code;
  // Old code runs on a Node that knows no separators in numbers.
  const milliseconds = style.modules || style.typescript ? `${seconds}_000` : `${seconds}000`;
  if (client === 'superagent') {
    const end = call.getEnd();
    return [{ kind: 'edit', file: at.file, range: { start: end, end }, text: `.timeout(${milliseconds})` }];
  }
  const given = call.arguments ?? [];
  const { property, argument } = options[client]!;
  const method = callee.slice(callee.lastIndexOf('.') + 1);
  const whereOptionsAre = argument(method, true);
  // What may be options or an address takes no options behind it: they would stand in for its method and body.
  const takesEither = whereOptionsAre !== argument(method, false);
  const firstIsObject = takesEither && given[0] !== undefined && !isAddress(code, given[0]);
  const index = argument(method, firstIsObject);
  const holder = given[index];
  const object = holder && objectOf(code, holder, call);
  if (object) return [addProperty(code, object, property(milliseconds))];
  const isCallback = holder && (ts.isArrowFunction(holder) || ts.isFunctionExpression(holder));
  if (holder ? !isCallback : given.length !== index) return [];
  return [insertArgument(code, call, index, `{ ${property(milliseconds)} }`)];
}

/** Whether an argument is surely the address of what is called. */
function isAddress({ ts, source }: Code, node: ts.Node): boolean {
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return true;
  if (ts.isBinaryExpression(node)) return node.operatorToken.kind === ts.SyntaxKind.PlusToken;
  if (ts.isNewExpression(node)) return node.expression.getText(source) === 'URL';
  return /(?:ur[il]|href|endpoint|address)$/i.test(node.getText(source));
}

/** The literal that an argument is, or that was given to the variable it names. */
function objectOf(
  { ts, source }: Code,
  node: ts.Expression,
  call: CallLike,
): ts.ObjectLiteralExpression | undefined {
  if (ts.isObjectLiteralExpression(node)) return node;
  if (!ts.isIdentifier(node)) return undefined;
  const name = node.text;
  for (let block: ts.Node = call; !ts.isSourceFile(block); block = block.parent) {
    if (!ts.isBlock(block.parent) && !ts.isSourceFile(block.parent)) continue;
    const declared = block.parent.statements
      .filter((statement) => statement.pos <= call.pos)
      .flatMap((statement) =>
        ts.isVariableStatement(statement) ? statement.declarationList.declarations : [],
      )
      .filter((declaration) => declaration.name.getText(source) === name);
    if (declared.length === 0) continue;
    const given = declared.at(-1)!.initializer;
    return given && ts.isObjectLiteralExpression(given) ? given : undefined;
  }
  return undefined;
}

/** The outermost call or `new` that starts where the fact does and ends there too. */
function callAt(code: Code, { start, end }: NonNullable<Call['at']['range']>): CallLike | undefined {
  const { ts, source } = code;
  const is = (node: ts.Node): node is CallLike =>
    (ts.isCallExpression(node) || ts.isNewExpression(node)) &&
    node.getStart(source) === start &&
    node.getEnd() === end;
  return nodeAt(code, { start, end }, is);
}

type CallLike = ts.CallExpression | ts.NewExpression;
