/**
 * What one source file says, in words that fit every language. A value that code computes at run time is left out and
 * the list it belongs to is marked incomplete: no fact is a guess.
 */
import type { Ranged, TextRange } from '../../text.ts';

export interface SourceFacts {
  readonly language: string;
  readonly imports: readonly ImportFact[];
  /** Where a server starts to listen. */
  readonly listens: readonly ListenFact[];
  /** Routes and mounts, on routers that are values of this file. */
  readonly routers: readonly RouterFact[];
  readonly grpc: readonly GrpcServerFact[];
  /** Tracing is set up here: an SDK started, not merely imported. */
  readonly tracing: readonly TracingFact[];
  readonly signals: readonly SignalFact[];
  readonly calls: readonly OutgoingCallFact[];
  readonly flags: readonly FlagReadFact[];
  /** Constants by whose names flags are asked for elsewhere. */
  readonly flagKeys: readonly FlagKeyConstantFact[];
  readonly environment: readonly Ranged<string>[];
  /**
   * Of these, the ones without which loading the file, or the program's start, surely fails: checked by a schema without
   * a default, thrown for where they are missing, or read in a way that fails. Not what a condition or a function that
   * may never be called asks for.
   */
  readonly required: readonly Ranged<string>[];
  readonly state: readonly LocalStateFact[];
  /** Where clients of databases, caches and queues are made. */
  readonly stores: readonly StoreFact[];
  /** Where a job is started that runs again and again inside this process. */
  readonly schedules: readonly ScheduleFact[];
  /** Handlers of uncaught errors that let the process go on. */
  readonly swallowed: readonly SwallowedErrorFact[];
  /** Where something is tried again and again, without a limit or without a pause. */
  readonly retries: readonly RetryFact[];
  /** Where one request makes as many calls over the network at once as whoever asks wants. */
  readonly fanOuts: readonly FanOutFact[];
  /** Bare prints by what prints, `console.log`: the first few of the file, in production code. */
  readonly prints: readonly Ranged<string>[];
  /** A sign that the file writes to a log by a library for it, or asks one for a logger: the first. */
  readonly loggers: readonly Ranged<string>[];
  /** A sign that the code limits how much one client may ask, or that it is throttled: the first. */
  readonly rateLimits: readonly Ranged<string>[];
  /** Metrics that the code declares by a library whose calls are known. */
  readonly metrics: readonly MetricFact[];
  /** Where an event of product analytics is sent: something that a user did. */
  readonly events: readonly EventFact[];
  readonly exports: readonly ExportFact[];
  /** Ports that fields of settings hold, for files that read these. */
  readonly portFields: readonly PortFieldFact[];
}

/** A field that is filled from the environment, else with a default. */
export interface PortFieldFact {
  readonly field: string;
  readonly variable: string;
  readonly port: Ranged<number>;
}

export interface ImportFact {
  /** `./server`, `express`. */
  readonly specifier: string;
  readonly range: TextRange;
  /** Local name → exported name (`default`, `*`, or a name). */
  readonly names: Readonly<Record<string, string>>;
  /** False inside a function or condition. */
  readonly topLevel: boolean;
  /** An `import` declaration: it runs before all other code of the file. */
  readonly hoisted?: true;
}

export interface ExportFact {
  /** `default` for the default export and `module.exports`. */
  readonly name: string;
  /** The local value exported: a router's or function's local name; with `from`, the name over there. */
  readonly local?: string;
  /** The module that is exported from: `export { users } from './users'`; `export * from` has the name `*`. */
  readonly from?: string;
}

export interface ListenFact {
  readonly protocol: 'http' | 'grpc';
  readonly framework: string;
  /** Constants and defaults (`process.env.PORT || 3000`) resolved; undefined: not knowable. */
  readonly port?: Ranged<number>;
  /** The environment variable that overrides it. */
  readonly portVariable?: string;
  /** The command-line flag that sets it, without its dashes. */
  readonly portFlag?: string;
  /** The field of settings that holds it, which another file fills. */
  readonly portField?: string;
  /** The router (local name) that is served; undefined: what is served here cannot be read. */
  readonly router?: string;
  /** Local name of the listening server, where the result is kept: what a shutdown closes. */
  readonly server?: string;
  /** The server it is drains on SIGTERM by itself. */
  readonly drains?: true;
  /** Only where this very file is started: below `if __name__ == '__main__'`. */
  readonly asMain?: true;
  /**
   * Whether a client that sends its request slowly, or not at all, is cut off: set by the framework or by the code.
   * undefined: not knowable.
   */
  readonly readTimeout?: 'set' | 'missing';
  /** Code that is not in this file may add services to it. */
  readonly open?: true;
  readonly range: TextRange;
}

/** One application or router value, such as `const app = express()` or a NestJS controller. */
export interface RouterFact {
  /** Local name in this file; a NestJS controller's class name. */
  readonly local: string;
  readonly framework: string;
  readonly range: TextRange;
  /** It is a parameter of this exported function: routes are added to whatever is passed. */
  readonly parameterOf?: { readonly function: string; readonly index: number };
  readonly routes: readonly RouteFact[];
  readonly mounts: readonly MountFact[];
  /** It is what this function or method (local name) gives back: a mount or listen may name the function. */
  readonly returnedBy?: string;
  /**
   * An imported name that this router is, or that gives it when called: what is added here belongs to the router the
   * import leads to.
   */
  readonly from?: string;
  /** A class whose routes its framework finds by itself and serves on the application of the same framework. */
  readonly controller?: true;
  /** Simple names of the classes and interfaces it inherits: it has their routes too. */
  readonly inherits?: readonly string[];
  /** It is no controller by itself: its routes are answered by the controllers that inherit it. */
  readonly lends?: true;
  /** Patterns that give actions without a route of their own their path: `{controller=Home}/{action=Index}/{id?}`. */
  readonly conventions?: readonly string[];
  /** Of a controller: the actions that such patterns reach. */
  readonly actions?: readonly ActionFact[];
  /** Of a NestJS application: routes that its global prefix leaves out. */
  readonly prefixExcludes?: readonly string[];
  /** Of a NestJS application: versions are part of the path, `/v1`. */
  readonly versioning?: { readonly prefix: string; readonly defaults: readonly string[] };
  /** Of a controller: its versions, when it names them; `''` for neutral. */
  readonly versions?: readonly string[];
  /** A prefix that applies to all of it (`@Controller('x')`, `setGlobalPrefix`, Hono basePath). */
  readonly prefix?: string;
  /** False when some route or mount could not be read. */
  readonly complete: boolean;
}

export interface ActionFact {
  readonly controller: string;
  readonly action: string;
  /** Upper case; `ALL` for any. */
  readonly method: string;
  readonly range: TextRange;
}

export interface RouteFact {
  /** Upper case; `ALL` for any. */
  readonly method: string;
  /** As the framework writes it: `/users/:id`; `*` at the end for everything below. */
  readonly path: Ranged<string>;
  /** What its handler does; undefined where that cannot be read in this file. */
  readonly handler?: HandlerFact;
  readonly range: TextRange;
}

/** What a route's handler does before it answers, as far as that matters to whoever asks for health. */
export interface HandlerFact {
  /** It gives the same answer whatever happens: it asks nobody and decides nothing. */
  readonly constant: boolean;
  /** What it waits for and fails with; an error that is caught and changes no status is left out. */
  readonly asks: readonly AskFact[];
}

export interface AskFact {
  /** As written, for the message: `pool.query`. */
  readonly callee: string;
  /** What is asked, where this file says so: `service` for a request to another service. */
  readonly kind?: StoreFact['kind'] | 'service';
  /** The local name it is called on; with `kind` undefined, it is asked if that name is a store where it is declared. */
  readonly local?: string;
  readonly range: TextRange;
}

export interface MountFact {
  readonly prefix: Ranged<string>;
  /**
   * Local name of what is mounted: a router of this file, or an imported name (`routes.users` for a member of one). Also
   * a function, when it is passed the router (`addRoutes(app)`, `app.register(plugin)`) or makes one (`app.use(api())`).
   * Middleware known to answer no path of its own is no mount; what is mounted but cannot be named has neither. A target
   * that leads to no router is middleware and serves nothing.
   */
  readonly target?: string;
  /** The module mounted inline: `app.use('/x', require('./x'))`; `target` is then the exported name, if not default. */
  readonly specifier?: string;
  /** Every module of this folder is mounted, below the names of the folders it is in: `./routes`. */
  readonly folder?: string;
  /** Static files served: every path below may answer. */
  readonly static?: boolean;
  readonly range: TextRange;
}

export interface GrpcServerFact {
  readonly range: TextRange;
  /** Names of services added, as far as they are plain; `grpc.health.v1.Health` for a health service. */
  readonly services: readonly Ranged<string>[];
}

export interface TracingFact {
  /** `opentelemetry`, `datadog`, `elastic` … */
  readonly vendor: string;
  /** What an OpenTelemetry SDK is given where it is started; undefined for agents and where that cannot be read. */
  readonly setup?: TracingSetup;
  readonly range: TextRange;
}

/** Each is left out where the code leaves it open, such as an option that is computed or made in another file. */
export interface TracingSetup {
  /** `missing`: the code names no service, so the environment has to. */
  readonly serviceName?: 'set' | 'missing';
  /**
   * `missing`: spans are made and sent nowhere, whatever the environment says; `console`: printed only; `default`: the
   * code says nothing and the SDK asks the environment, sending over OTLP where that says nothing either.
   */
  readonly exporter?: 'set' | 'console' | 'missing' | 'default';
  /** What the exporter speaks, where its module or an option says so. */
  readonly protocol?: 'grpc' | 'http';
  /** Where it sends to: what the standard variables of OTLP say, or a literal in the code. */
  readonly endpoint?: 'standard' | Ranged<string>;
  /** `missing`: the code sets no sampler, so the environment has to. */
  readonly sampler?: 'set' | 'missing';
  /** `missing`: nothing in this file flushes or shuts the SDK down, and it is kept where no other file sees it. */
  readonly flush?: 'set' | 'missing';
  /** The local name the SDK is kept under. */
  readonly local?: string;
}

export interface SignalFact {
  /** `SIGTERM`, `SIGINT` … */
  readonly signal: string;
  readonly range: TextRange;
  /** The handler closes a server or awaits a shutdown rather than exiting at once; true also when it is elsewhere. */
  readonly drains: boolean;
  /** The seconds after which it gives up draining. */
  readonly drainSeconds?: Ranged<number>;
}

export interface OutgoingCallFact {
  /** `fetch`, `axios`, `got`, `http.request`, `grpc` … */
  readonly client: string;
  readonly range: TextRange;
  /** The name or expression called, for the message. */
  readonly callee: string;
  /** `unknown`: options are passed that cannot be read. */
  readonly timeout: 'set' | 'missing' | 'unknown';
  /** It sets the default for every call of this client in the process (`axios.defaults.timeout = …`). */
  readonly coversClient?: true;
}

/** The key of a flag, as far as one file tells; without any of these it is computed, so any flag may be meant. */
export interface FlagKeyFact {
  /** It is known here. */
  readonly key?: Ranged<string>;
  /** It is a constant of another file: `Flags.NewCheckout`, by the local name of an import. */
  readonly keyName?: Ranged<string>;
  /** Callers of this function decide. */
  readonly forwards?: FlagForwardFact;
}

export interface FlagForwardFact {
  /** The local name of the function, `Class.method` for a method. */
  readonly function: string;
  /** Which of its arguments: `0`, or `0.key` for a property of the first one. */
  readonly argument: string;
}

export interface FlagReadFact extends FlagKeyFact {
  /** `openfeature`, `launchdarkly`, `unleash` …; `function`: a read only if `callee` turns out to read flags. */
  readonly sdk: string;
  /** The name of the function called, for `sdk: 'function'`: `isOn`, `flags.isOn`, `Flags.isOn` for a method of its own class. */
  readonly callee?: string;
  /** For `sdk: 'function'`: the arguments that may be a key, named as `FlagForwardFact.argument` names them. */
  readonly arguments?: Readonly<Record<string, FlagKeyFact>>;
  /** The key is written in camel case, whatever the flag's own spelling (LaunchDarkly's React SDK). */
  readonly camelCase?: true;
  readonly range: TextRange;
  readonly type?: 'boolean' | 'string' | 'number' | 'object';
  /** The default that is given, by its type; `missing` where the call takes one and has none; undefined: not knowable. */
  readonly fallback?: Ranged<'boolean' | 'string' | 'number' | 'object' | 'missing'>;
  /** The default is `true`. */
  readonly defaultOn?: true;
}

/** A constant that other files may pass as a flag's key. */
export interface FlagKeyConstantFact {
  /** `Flags.NewCheckout`, or the name alone. */
  readonly name: string;
  readonly key: Ranged<string>;
}

export interface LocalStateFact {
  readonly kind: 'session' | 'upload' | 'rate-limit';
  readonly what: string;
  readonly range: TextRange;
}

/** A client of something that keeps data or messages, where it is made. */
export interface StoreFact {
  readonly kind: 'database' | 'cache' | 'queue';
  /** `postgres`, `mysql`, `mongodb`, `redis`, `kafka`, `rabbitmq` …; `sql` where the driver is decided elsewhere. */
  readonly product: string;
  /** The local name it is kept under. */
  readonly local?: string;
  /** The most connections it opens at a time: as the code says, or the default of its library. */
  readonly pool?: Ranged<number>;
  readonly range: TextRange;
}

export interface ScheduleFact {
  /** `node-cron`, `apscheduler`, `robfig/cron` … */
  readonly library: string;
  /** The cron expression or the interval as written, for the message. */
  readonly when?: string;
  readonly range: TextRange;
}

export interface RetryFact {
  /** `forever`: nothing ends it while the other side is down; `immediate`: it ends, but makes no pause in between. */
  readonly kind: 'forever' | 'immediate';
  /** As written, for the message: `axiosRetry`, `@retry`, `this loop`. */
  readonly what: string;
  readonly range: TextRange;
}

export interface FanOutFact {
  /** What starts them, for the message: `Promise.all`. */
  readonly what: string;
  /** What decides how many there are: `req.body.ids`. */
  readonly input: string;
  readonly range: TextRange;
}

/** A metric, where its library is told of it. */
export interface MetricFact {
  /** As the library is given it, namespace and subsystem joined; undefined: computed, so it may be any. */
  readonly name?: Ranged<string>;
  /** Who makes names of Prometheus of it: only a client of Prometheus leaves it as it is. */
  readonly library: 'prometheus' | 'opentelemetry' | 'micrometer';
  readonly range: TextRange;
}

export interface SwallowedErrorFact {
  /** As written, for the message: `uncaughtException`. */
  readonly what: string;
  readonly range: TextRange;
}

/** An event that is sent to product analytics. */
export interface EventFact {
  /** undefined: it is computed. */
  readonly name?: Ranged<string>;
  /** `posthog`, `segment`, `amplitude` …; `function`: an event only if `callee` hands its name on to one of them. */
  readonly tool: string;
  /** The name of the function called, for `tool: 'function'`. */
  readonly callee?: string;
  /** The function of this file that is given the name and hands it on. */
  readonly forwardedBy?: string;
  readonly range: TextRange;
}
