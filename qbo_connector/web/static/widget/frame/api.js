// The widget's JSON calls. The session lives in this object only: no cookie, no storage, no address.

export class Unauthorized extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** The network or the service is away; worth trying again by itself. */
export class Unreachable extends Error {
  constructor(retryAfter = null) {
    super("unreachable");
    this.retryAfter = retryAfter;
  }
}

/** A definite refusal with its problem document. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.code ?? String(status));
    this.status = status;
    this.problem = problem;
  }
}

const PASSING = [429, 502, 503, 504];

/** A key for one press of a button; the same press repeated keeps its key. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Api {
  #session = null;
  #abort = new AbortController();

  /** Opens a session for the record of this token. */
  async open(token) {
    const answer = await this.#fetch("POST", "session", { body: { token } });
    this.#session = answer.session;
  }

  /** Ends every running call, which then throws AbortError. */
  stop() {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#session = null;
  }

  record() {
    return this.#fetch("GET", "record");
  }

  preview(inputs) {
    return this.#fetch("POST", "preview", { body: inputs ? { inputs } : {} });
  }

  sync(request, key) {
    return this.#fetch("POST", "sync", { body: request, key });
  }

  fix(action, inputs, key) {
    return this.#fetch("POST", `fixes/${encodeURIComponent(action)}`, { body: { inputs }, key });
  }

  undo(key) {
    return this.#fetch("POST", "undo", { body: {}, key });
  }

  operation(id, after, wait) {
    return this.#fetch("GET", `operations/${encodeURIComponent(id)}?after=${after}&wait=${wait}`);
  }

  choices(list, words) {
    return this.#fetch("GET", `choices/${encodeURIComponent(list)}?${new URLSearchParams({ q: words })}`);
  }

  async #fetch(method, path, { body, key } = {}) {
    const headers = { Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (this.#session) headers.Authorization = `Bearer ${this.#session}`;
    if (key) headers["Idempotency-Key"] = key;
    const response = await this.#reach(`/widget/v1/${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: this.#abort.signal,
    });
    if (!response.ok) throw await refusal(response);
    return response.json().catch(() => {
      throw new Unreachable();
    });
  }

  async #reach(address, options) {
    try {
      return await fetch(address, options);
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Unreachable();
    }
  }
}

async function refusal(response) {
  if (PASSING.includes(response.status)) return new Unreachable(Number(response.headers.get("Retry-After")) || null);
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401) return new Unauthorized(problem.code ?? "token_invalid");
  return new Refused(response.status, problem);
}
