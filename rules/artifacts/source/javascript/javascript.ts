/**
 * JavaScript and TypeScript. What a fact may stand in is found in the raw text first: files without any are not parsed,
 * and in the others only the branches of the tree that hold such a place are walked.
 */
import type { GrammarName, TextFile } from '../../artifact.ts';
import type { SourceFacts } from '../facts.ts';
import { noFacts, type FactLists, type Language } from '../language.ts';
import { Syntax, visit } from '../syntax.ts';
import { defaultTimeoutOf, outgoingCallOf } from './calls.ts';
import { Code } from './code.ts';
import { calledName, unwrap } from './expressions.ts';
import { environmentVariable } from './constants.ts';
import { swallowedOf } from './errors.ts';
import { eventOf } from './events.ts';
import { fanOutOf } from './fanOuts.ts';
import { flagKeysIn } from './flagKeys.ts';
import { flagReadOfDecorator, flagReadOfElement, flagReadsOf } from './flags.ts';
import { GrpcServers } from './grpc.ts';
import { exportedServer, listenOf } from './listens.ts';
import { barrelExports, exportsOfAssignment, exportsOfStatement, importOf, requireOf } from './modules.ts';
import { metricOf } from './metrics.ts';
import { readController } from './nest.ts';
import { anchorsIn, holdsFlagKeys, mayHold } from './prefilter.ts';
import { Routers } from './routers.ts';
import { Routes } from './routes.ts';
import { scheduleOf, scheduleOfDecorator } from './schedules.ts';
import { settingsIn } from './settings.ts';
import { retryOf, retryOfLoop } from './retries.ts';
import { requiredBy } from './required.ts';
import { signalsOf } from './signals.ts';
import { stateOf, stateOfPlugin } from './state.ts';
import { storeOf } from './stores.ts';
import { tracingByImport, tracingOf, withoutRepeats } from './tracing.ts';

export const javascript: Language = {
  id: 'javascript',
  extensions: ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs'],
  grammar,
  mayHold,
  extract,
};

function grammar(path: string): GrammarName {
  if (/\.[cm]?ts$/i.test(path)) return 'typescript';
  return /\.tsx$/i.test(path) ? 'tsx' : 'javascript';
}

function extract(file: TextFile): SourceFacts {
  const { text } = file;
  const exports = barrelExports(text);
  if (exports) return { language: 'javascript', ...noFacts(), exports };
  const root = new Syntax(file.tree(grammar(file.path)).rootNode, text);
  const facts = noFacts();
  const code = new Code(root, text);
  const reader = new Reader(code, facts, runsInBrowser.test(text));
  for (const statement of root.children) reader.statement(statement);
  visit(root, anchorsIn(text, facts.imports), (node) => reader.node(node));
  reader.finish();
  if (holdsFlagKeys.test(text)) facts.flagKeys.push(...flagKeysIn(root, code));
  const settings = settingsIn(text);
  if (settings) facts.routers.push(settings);
  return { language: 'javascript', ...facts };
}

/** Signs that a file runs in a browser, whose user can leave: what it calls holds up no server. */
const runsInBrowser =
  /^\s*['"]use client['"]|\buse(?:State|Effect|Callback|Ref|Memo|Reducer|Query|Mutation)\s*[(<]|\b(?:window|document|localStorage)\./;

class Reader {
  readonly #code: Code;
  readonly #facts: FactLists;
  readonly #inBrowser: boolean;
  readonly #routers: Routers;
  readonly #routes: Routes;
  readonly #grpc: GrpcServers;
  readonly #tracingCalls: Syntax[] = [];

  constructor(code: Code, facts: FactLists, inBrowser: boolean) {
    this.#code = code;
    this.#facts = facts;
    this.#inBrowser = inBrowser;
    this.#routers = new Routers(code);
    this.#routes = new Routes(code, this.#routers);
    this.#grpc = new GrpcServers(code);
  }

  /** A statement at the top level of the file. */
  statement(statement: Syntax): void {
    if (statement.type === 'import_statement') {
      const found = importOf(statement);
      if (found) this.#import(found);
      return;
    }
    if (statement.type !== 'export_statement') return;
    this.#facts.exports.push(...exportsOfStatement(statement, this.#code));
    const value = statement.children.at(-1);
    const object = value && unwrap(value);
    const served = object?.type === 'object' ? exportedServer(object, this.#code, this.#routers) : undefined;
    if (served) this.#facts.listens.push(served);
  }

  /** Any node that may hold a fact. */
  node(node: Syntax): void {
    if (node.type === 'call_expression' || node.type === 'new_expression') this.#call(node);
    else if (node.type === 'decorator') this.#decorator(node);
    else if (node.type === 'jsx_opening_element' || node.type === 'jsx_self_closing_element')
      this.#facts.flags.push(...flagReadOfElement(node, this.#code));
    else if (node.type === 'member_expression' || node.type === 'subscript_expression') {
      const variable = environmentVariable(node);
      if (variable) this.#facts.environment.push({ value: variable, range: node.range });
    } else if (node.type === 'assignment_expression') {
      if (node.parent?.type === 'expression_statement') {
        this.#facts.exports.push(...exportsOfAssignment(node, this.#code));
      }
      const found = defaultTimeoutOf(node, this.#code);
      if (found) this.#facts.calls.push(found);
    } else if (node.type === 'if_statement') this.#facts.required.push(...requiredBy(node, this.#code));
    else if (node.type === 'variable_declarator') this.#environmentPattern(node);
    else if (node.type === 'while_statement' || node.type === 'for_statement') {
      const retry = this.#inBrowser ? undefined : retryOfLoop(node, this.#code);
      if (retry) this.#facts.retries.push(retry);
    }
  }

  finish(): void {
    this.#facts.routers.push(...this.#routers.found);
    this.#facts.grpc.push(...this.#grpc.servers);
    this.#facts.tracing = withoutRepeats(this.#facts.tracing, this.#tracingCalls);
  }

  #call(call: Syntax): void {
    const code = this.#code;
    const facts = this.#facts;
    const imported = requireOf(call);
    if (imported) return this.#import(imported);
    const isCall = call.type === 'call_expression';
    if (isCall) facts.required.push(...requiredBy(call, code));
    this.#routes.read(call);
    const listens = isCall ? listenOf(call, code, this.#routers) : undefined;
    const bound = this.#grpc.read(call);
    facts.listens.push(...[listens, bound].filter((found) => found !== undefined));
    const tracing = tracingOf(call, code);
    if (tracing) {
      facts.tracing.push(tracing);
      this.#tracingCalls.push(call);
    }
    if (isCall) {
      facts.signals.push(...signalsOf(call, code));
      const swallowed = swallowedOf(call, code);
      if (swallowed) facts.swallowed.push(swallowed);
      facts.flags.push(...flagReadsOf(call, code));
      const event = eventOf(call, code);
      if (event) facts.events.push(event);
    }
    const outgoing = this.#inBrowser ? undefined : outgoingCallOf(call, code);
    if (outgoing) facts.calls.push(outgoing);
    const state =
      stateOf(call, code) ?? (calledName(call) === 'register' ? stateOfPlugin(call, code) : undefined);
    if (state) facts.state.push(state);
    const retry = retryOf(call, code);
    if (retry) facts.retries.push(retry);
    const fanOut = isCall && !this.#inBrowser ? fanOutOf(call, code) : undefined;
    if (fanOut) facts.fanOuts.push(fanOut);
    const store = storeOf(call, code);
    if (store) facts.stores.push(store);
    const schedule = scheduleOf(call, code);
    if (schedule) facts.schedules.push(schedule);
    const metric = metricOf(call, code);
    if (metric) facts.metrics.push(metric);
  }

  #decorator(decorator: Syntax): void {
    readController(decorator, this.#code, this.#routers);
    const flag = flagReadOfDecorator(decorator, this.#code);
    if (flag) this.#facts.flags.push(flag);
    const schedule = scheduleOfDecorator(decorator, this.#code);
    if (schedule) this.#facts.schedules.push(schedule);
  }

  #import(found: FactLists['imports'][number]): void {
    this.#facts.imports.push(found);
    const vendor = tracingByImport(found.specifier);
    if (vendor) this.#facts.tracing.push({ vendor, range: found.range });
  }

  /** `const { PORT, HOST = 'localhost' } = process.env` */
  #environmentPattern(declarator: Syntax): void {
    const [pattern, value] = declarator.children;
    if (pattern?.type !== 'object_pattern' || !value || !/^(?:process|Bun)\.env$/.test(unwrap(value).text))
      return;
    for (const child of pattern.children) {
      const name = /^[A-Za-z_]\w*/.exec(child.text)?.[0];
      if (name && child.type !== 'rest_pattern')
        this.#facts.environment.push({ value: name, range: child.range });
    }
  }
}
