/// <reference lib="esnext.disposable" />

/** A line of JSON as the program prints it, see the manual page slotflow-hooks-json(5). */
export interface Line {
  type: string;
  [field: string]: any;
}

export type Headers = [name: string, value: string][];
export type Verdict = 'valid' | 'stale' | 'invalid' | 'malformed' | 'missing' | 'unchecked';
export type EventName = 'booking.confirmed' | 'booking.cancelled';

/** A request that `listen` received; of `serve`, a call, with `route` and without a verdict. */
export interface Request extends Line {
  type: 'request';
  n: number;
  at: string;
  method: string;
  path: string;
  headers: Headers;
  body: string | null;
  body_base64: string | null;
  event: string | null;
  booking_id: string | null;
  signature: Verdict;
  signature_reason: string | null;
  duplicate: boolean;
  answer: { status: number | null; fault: string | null; delay_ms: number; [field: string]: any };
  forwarded: null | { status: number | null; error: string | null; [field: string]: any };
}

/** One attempt of a delivery, of `fire` or of `serve`. */
export interface Attempt extends Line {
  type: 'attempt';
  delivery_id: string;
  webhook_id: string | null;
  url: string;
  event: string;
  booking_id: string | null;
  attempt: number;
  at: string;
  duration_ms: number;
  status: number | null;
  error: string | null;
  detail: string | null;
  response_headers: Headers | null;
  response_body: string | null;
  outcome: 'delivered' | 'retrying' | 'failed' | 'expected';
  next_attempt_in_ms: number | null;
}

/** A duration is a text such as '250ms' or '1m30s', or a number of seconds. */
export type Duration = string | number;
type Repeated<T> = T | T[];

export interface CommonOptions {
  /** More arguments of the command line, as they are. */
  args?: string[];
  /** Environment variables to add. */
  env?: Record<string, string | undefined>;
  /** The file with the registered webhooks. */
  store?: string;
  /** A config file (default: none; the user's own is not read). */
  config?: string;
}

export interface ServerOptions extends CommonOptions {
  host?: string;
  /** Default: a free port. */
  port?: number;
  seed?: number;
  ui?: boolean | number;
}

export interface ListenOptions extends ServerOptions {
  /** Verifies signatures. It is passed in the environment, not in the arguments. */
  secret?: string;
  secretFile?: Repeated<string>;
  requireSignature?: boolean;
  tolerance?: Duration;
  path?: string;
  health?: string;
  cors?: boolean;
  status?: number;
  body?: string;
  header?: Repeated<string> | Record<string, string>;
  delay?: Duration;
  failRate?: number;
  failStatus?: Repeated<number>;
  failFirst?: number;
  retryAfter?: Duration;
  goneAfter?: number;
  fault?: Repeated<string>;
  dripDuration?: Duration;
  script?: string;
  scriptPer?: 'request' | 'booking';
  forwardTo?: string;
  faultOn?: 'request' | 'response';
  insecure?: boolean;
  cacert?: string;
  tls?: boolean;
  tlsCertOut?: string;
  cert?: string;
  key?: string;
  maxBody?: string | number;
  expect?: number;
  for?: Duration;
  count?: number;
  register?: boolean;
  log?: string;
}

export interface ServeOptions extends ServerOptions {
  /** The only key that is accepted. It is passed in the environment, not in the arguments. */
  apiKey?: string;
  apiKeyFile?: string;
  /** Default: true, unless there is `store` or `state`. */
  ephemeral?: boolean;
  state?: string;
  /** The state at the start: an object, or the path of a JSON file. */
  load?: string | object;
  noLimits?: boolean;
  speed?: number;
  fail?: Repeated<string>;
  latency?: Duration;
}

export interface FireOptions extends CommonOptions {
  /** Default: 'confirmed', or what `payload` says. */
  event?: 'confirmed' | 'cancelled' | EventName | 'lifecycle';
  to?: Repeated<string>;
  webhook?: Repeated<string>;
  /** Signs the deliveries. It is passed in the environment, not in the arguments. */
  secret?: string;
  secretFile?: string;
  api?: string;
  /** The key of `api`. It is passed in the environment, not in the arguments. */
  apiKey?: string;
  seed?: number;
  bookingId?: string;
  set?: Record<string, unknown> | Repeated<string>;
  metadata?: Record<string, unknown> | Repeated<string>;
  preset?: 'sales' | 'support' | 'recruiting';
  /** Sends this object as JSON, these bytes as they are, or the bytes of the file of this path. */
  payload?: string | Uint8Array | object;
  timeout?: Duration;
  retryDelays?: Repeated<Duration>;
  /** Divides the retry delays (default: 300). */
  speed?: number;
  noRetry?: boolean;
  expectStatus?: Repeated<number | string>;
  insecure?: boolean;
  cacert?: string;
  header?: Repeated<string> | Record<string, string>;
  /** Keeps the deliveries in the history (default: false). */
  history?: boolean;
  tamper?: 'body' | 'signature' | 'timestamp' | 'missing';
  skew?: Duration;
  duplicate?: number;
  dryRun?: boolean;
  curl?: boolean;
}

export interface End {
  exitCode: number | null;
  signal: string | null;
  /** The last line, with the totals. */
  summary: Line | null;
}

export interface Server extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The line that the program printed when the port was open. */
  readonly ready: Line;
  /** The notices and warnings so far. */
  readonly stderr: string;
  /** Each further line. It ends when the program does; leaving a loop does not stop it. */
  readonly events: AsyncIterableIterator<Line>;
  /**
   * Resolves to the next line of this type, and drops those before it. Rejects after `timeout`
   * milliseconds (default: 10,000).
   */
  next(type?: 'request', options?: { timeout?: number }): Promise<Request>;
  next(type: 'attempt', options?: { timeout?: number }): Promise<Attempt>;
  next(type: string, options?: { timeout?: number }): Promise<Line>;
  /** Sends SIGTERM, and SIGKILL after `grace` milliseconds (default: 5000). */
  stop(options?: { grace?: number }): Promise<End>;
}

export interface FireResult {
  /** Whether every delivery was delivered, or ended as `expectStatus` says. */
  ok: boolean;
  exitCode: number;
  attempts: Attempt[];
  /** The requests of `dryRun` and `curl`. */
  previews: Line[];
  summary: Line | null;
  stderr: string;
}

/** The program could not do it: `message` is its own error. */
export class SlotflowHooksError extends Error {
  /** Such as 'USAGE', 'NOT_FOUND' or 'IO_ERROR'. */
  readonly code: string | null;
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** Starts a receiver. Resolves when its port is open. */
export function listen(options?: ListenOptions): Promise<Server>;
/** Starts Slotflow's API. Resolves when its port is open. */
export function serve(options?: ServeOptions): Promise<Server>;
/** Sends an event. Resolves when its deliveries have ended, also if they failed. */
export function fire(options?: FireOptions): Promise<FireResult>;
