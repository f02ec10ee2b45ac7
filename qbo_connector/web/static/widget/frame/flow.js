// What happens: from the token to the record, through previews, syncs, fixes and undo, and back.

import { Refused, Unauthorized, Unreachable, newKey } from "./api.js";
import { button } from "./card.js";
import { formBody, needsForm } from "./forms.js";
import { previewBody } from "./preview.js";
import { broken, loading, offline, operationScreen, recordScreen, signedOut, undoBody } from "./screens.js";

const POLL_S = 20;
const SLOW_MS = 30_000;
const BACKOFF_MS = [1000, 2000, 4000, 8000, 15_000];
const TOKEN_LATE_MS = 8000;
const STALE_MS = 30_000;
const WAITING_MS = 10_000;
const GOOD = new Set(["synced", "unchanged"]);

/** Thrown into whatever was under way when another token took over. */
class Superseded extends Error {}

export class Flow {
  #api;
  #card;
  #host;
  #turn = 0;
  #record = null;
  #loadedAt = 0;
  #opener = null;
  #isBusy = false;
  #isReady = false;
  #tokenComes = null;
  #wake = null;

  constructor({ api, card, host }) {
    this.#api = api;
    this.#card = card;
    this.#host = host;
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#opener) this.#close();
    });
    document.addEventListener("visibilitychange", () => this.#refreshStale());
    window.addEventListener("online", () => this.#wake?.());
  }

  /** A token from the address, or from the page at any time later. */
  token(token) {
    if (this.#tokenComes) {
      this.#tokenComes(token);
      return;
    }
    this.#api.stop();
    this.#record = null;
    this.#isReady = false;
    this.#run(async () => {
      this.#card.show(loading());
      await this.#signIn(token);
      await this.#load();
    });
  }

  // --- what the buttons do ------------------------------------------------------------------------------

  #act = {
    button,
    reload: () => this.#run(() => this.#load()),
    now: () => this.#wake?.(),
    close: () => this.#close(),
    preview: () => this.#run(() => this.#preview()),
    sync: (intent) => this.#run(() => this.#sync({ intent })),
    sendButtons: (record, preview) => this.#sendButtons(record, preview),
    askUndo: () => this.#open("undo", undoBody(this.#record, this.#act, button)),
    undo: () => this.#run(() => this.#write((key) => this.#api.undo(key))),
    fix: (fix) => this.#fix(fix),
    answer: (fix, inputs) => this.#run(() => this.#answer(fix, inputs)),
    choices: (list, words) => this.#choices(list, words),
  };

  #sendButtons(record, preview) {
    const send = (intent) => () => this.#run(() => this.#sync({ intent, plan_fingerprint: preview.plan_fingerprint }));
    if (record.state === "copied") {
      return [
        { key: "send:copy", label: "Create new", press: send("create_copy") },
        { key: "send", label: "Update existing", kind: "primary", press: send("update") },
      ];
    }
    const isUpdate = preview.decision === "update";
    return [{ key: "send", label: isUpdate ? "Update in QuickBooks" : "Sync to QuickBooks", kind: "primary", press: send("push") }];
  }

  #fix(fix) {
    if (fix.action === "open_preview") this.#act.preview();
    else if (fix.action === "retry") this.#act.sync("push");
    else if (fix.action === "undo") this.#act.askUndo();
    else if (needsForm(fix)) this.#openForm(fix);
    else this.#act.answer(fix, Object.fromEntries((fix.inputs ?? []).map(({ name, value }) => [name, value ?? null])));
  }

  // --- panels: opened by a button, closed by it, by Escape, or by what comes next -------------------------

  #open(key, body) {
    this.#opener = key;
    const screen = recordScreen(this.#record, this.#act);
    const [actions, links] = [screen.actions, screen.links].map((buttons) => whileOpen(buttons, key, this.#act.close));
    this.#card.show({ ...screen, actions, links, body, focus: "#panel-title" });
  }

  #openForm(fix, refusal = "") {
    this.#open(`fix:${fix.action}`, formBody(fix, this.#act, { compare: this.#record.compare, refusal }));
  }

  #close() {
    const key = this.#opener;
    this.#opener = null;
    this.#draw(key ? `[data-key="${CSS.escape(key)}"]` : null);
  }

  #draw(focus = null) {
    this.#opener = null;
    this.#card.show({ ...recordScreen(this.#record, this.#act), focus });
  }

  // --- use cases ----------------------------------------------------------------------------------------

  async #load() {
    this.#record = await this.#ask(() => this.#api.record());
    this.#loadedAt = Date.now();
    if (!this.#isReady) {
      this.#isReady = true;
      this.#host.tell("ready", { state: this.#record.state });
    }
    if (this.#record.state === "syncing" && this.#record.operation) await this.#follow(this.#record.operation);
    else this.#draw();
    this.#lookAgainWhileWaiting();
  }

  async #preview(notice = "") {
    const preview = await this.#ask(() => this.#api.preview());
    this.#open("preview", previewBody(this.#record, preview, this.#act, notice));
  }

  async #sync(request) {
    try {
      await this.#write((key) => this.#api.sync(request, key));
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.code !== "preview.outdated") throw error;
      await this.#load();
      await this.#preview(error.problem.finding?.sentence ?? "This changed after the preview; please look again.");
    }
  }

  async #answer(fix, inputs) {
    try {
      await this.#write((key) => this.#api.fix(fix.action, inputs, key));
    } catch (error) {
      if (!(error instanceof Refused) || ![409, 422].includes(error.status) || !needsForm(fix)) throw error;
      const sentence = error.problem.finding?.sentence ?? error.problem.detail;
      if (error.status === 409) await this.#openAnew(fix, sentence);
      else this.#openForm(fix, sentence);
    }
  }

  /** What the form was about has changed since: it opens again on what there is now, where it is still offered. */
  async #openAnew(fix, sentence) {
    await this.#load();
    const now = this.#record.finding?.fixes?.find(({ action }) => action === fix.action);
    if (now) this.#openForm(now, sentence);
  }

  /** Starts an operation and follows it; one key for the press, however often it has to be sent. */
  async #write(start) {
    const key = newKey();
    this.#opener = null;
    this.#card.show(operationScreen(this.#record, { state: "queued", phase: "" }, this.#pace(Date.now())));
    const { operation } = await this.#ask(() => start(key));
    if (operation) await this.#follow(operation);
    else await this.#load();
  }

  async #follow(id) {
    const started = Date.now();
    let version = 0;
    for (;;) {
      const asked = Date.now();
      const operation = await this.#ask(() => this.#api.operation(id, version, POLL_S));
      if (operation.state === "done") return this.#done(operation);
      this.#card.show(operationScreen(this.#record, operation, this.#pace(started)));
      if (operation.version === version && Date.now() - asked < BACKOFF_MS[0]) await this.#sleep(BACKOFF_MS[0]);
      version = operation.version;
    }
  }

  #pace(started) {
    return { first: Boolean(this.#record.first_sync), slow: Date.now() - started > SLOW_MS };
  }

  async #done(operation) {
    await this.#load();
    const { outcome, finding, quickbooks } = operation;
    if (GOOD.has(outcome)) this.#host.tell("synced", { outcome, number: quickbooks?.number ?? null, url: quickbooks?.url ?? null });
    else if (outcome !== "shadowed") this.#host.tell("failed", { outcome, code: finding?.code ?? null, sentence: finding?.sentence ?? null });
  }

  async #choices(list, words) {
    try {
      return (await this.#api.choices(list, words)).choices;
    } catch {
      return [];
    }
  }

  #refreshStale() {
    const isStale = this.#record && Date.now() - this.#loadedAt > STALE_MS;
    if (!document.hidden && isStale && !this.#opener && !this.#isBusy) this.#run(() => this.#load());
  }

  #lookAgainWhileWaiting() {
    if (!["waiting", "syncing"].includes(this.#record.state)) return;
    const turn = this.#turn;
    window.setTimeout(() => {
      if (turn === this.#turn && !this.#opener && !this.#isBusy) this.#run(() => this.#load());
    }, WAITING_MS);
  }

  // --- calls that survive a lost network and an ended session -----------------------------------------------

  /** One thing at a time; what a newer press or token overtook ends silently. */
  async #run(task) {
    this.#turn += 1;
    const turn = this.#turn;
    this.#wake?.();
    this.#isBusy = true;
    try {
      await task();
    } catch (error) {
      if (turn === this.#turn && !(error instanceof Superseded) && error.name !== "AbortError") this.#failed(error);
    } finally {
      if (turn === this.#turn) this.#isBusy = false;
    }
  }

  #failed(error) {
    if (!(error instanceof Refused)) throw error;
    const finding = error.problem.finding;
    this.#opener = null;
    if (finding && this.#record) {
      this.#record = { ...this.#record, state: refusedAs(finding), finding, checks: this.#record.checks ?? [] };
      this.#draw();
    } else {
      this.#card.show(broken(this.#act, error.problem));
    }
    this.#host.tell("failed", { outcome: "refused", code: error.problem.code ?? null, sentence: finding?.sentence ?? error.problem.detail ?? null });
  }

  /** Repeats a call until it has a definite answer, signing in again where the session has ended. */
  async #ask(call) {
    for (;;) {
      try {
        return await this.#persist(call);
      } catch (error) {
        if (!(error instanceof Unauthorized)) throw error;
        await this.#renew(error.code);
      }
    }
  }

  /** Repeats a call while the network or the service is away. */
  async #persist(call) {
    const turn = this.#turn;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await call();
        this.#stillOurs(turn);
        return answer;
      } catch (error) {
        this.#stillOurs(turn);
        if (!(error instanceof Unreachable)) throw error;
        await this.#pause(attempt, error.retryAfter);
        this.#stillOurs(turn);
      }
    }
  }

  #stillOurs(turn) {
    if (turn !== this.#turn) throw new Superseded();
  }

  async #signIn(token) {
    try {
      await this.#persist(() => this.#api.open(token));
    } catch (error) {
      if (!(error instanceof Unauthorized)) throw error;
      await this.#renew(error.code);
    }
  }

  /** Asks the page for a fresh token until one opens a session. */
  async #renew(reason) {
    const turn = this.#turn;
    this.#card.show(signedOut(this.#act, false));
    const token = await this.#freshToken(reason);
    this.#stillOurs(turn);
    await this.#signIn(token);
  }

  #freshToken(reason) {
    this.#host.tell("token-needed", { reason });
    const late = window.setTimeout(() => this.#card.show(signedOut(this.#act, true)), TOKEN_LATE_MS);
    this.#wake = () => this.#host.tell("token-needed", { reason });
    return new Promise((resolve) => {
      this.#tokenComes = (token) => {
        window.clearTimeout(late);
        this.#tokenComes = null;
        this.#wake = null;
        resolve(token);
      };
    });
  }

  async #pause(attempt, retryAfter) {
    this.#card.show(offline(this.#act, navigator.onLine));
    const backoff = BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length - 1)];
    await this.#sleep(retryAfter ? retryAfter * 1000 : backoff);
  }

  /** Ends early when the network comes back, somebody presses Try now, or another token takes over. */
  #sleep(milliseconds) {
    return new Promise((resolve) => {
      const timer = window.setTimeout(resolve, milliseconds);
      this.#wake = () => {
        window.clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
    });
  }
}

/** While a panel is open only its own button stays, to close it, beside links that lead elsewhere. */
function whileOpen(buttons, key, close) {
  return (buttons ?? [])
    .filter((spec) => spec && (spec.key === key || spec.href))
    .map((spec) => {
      const calm = spec.kind === "primary" ? { ...spec, kind: "plain" } : spec;
      return spec.key === key ? { ...calm, label: "Close", short: "", expanded: true, press: close } : calm;
    });
}

const REFUSED_AS = { held: "held", excluded: "excluded", "failing-retryable": "waiting", "connection-wide": "waiting" };

function refusedAs(finding) {
  return REFUSED_AS[finding.class] ?? "failing";
}
