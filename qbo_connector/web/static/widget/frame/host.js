// The page around this frame. Only its window is heard, and only from an origin the widget key lists.

const PROTOCOL = 1;
const HELLO_EVERY_MS = 150;

export class Host {
  #origins;
  #origin = null;
  #hello = 0;
  #handlers;

  /** `handlers`: look({theme, accent}) and token(token), called for each message of that type. */
  constructor(origins, handlers) {
    this.#origins = origins;
    this.#handlers = handlers;
    window.addEventListener("message", this.#hear);
    // One greeting may come before the page listens: repeat it until it is answered.
    this.#hello = window.setInterval(() => this.#greet(), HELLO_EVERY_MS);
    this.#greet();
  }

  tell(name, detail = {}) {
    this.#send({ type: "event", name, detail });
  }

  height(pixels) {
    this.#send({ type: "height", height: pixels });
  }

  #greet() {
    for (const origin of this.#possible()) window.parent.postMessage({ qboSync: PROTOCOL, type: "hello" }, origin);
  }

  /** Browsers that know the parent's origin spare the others a message that would not be delivered. */
  #possible() {
    const parent = window.location.ancestorOrigins?.[0];
    return parent === undefined ? this.#origins : this.#origins.filter((origin) => origin === parent);
  }

  #hear = (message) => {
    if (message.source !== window.parent || !this.#origins.includes(message.origin)) return;
    const { qboSync, type, ...rest } = message.data ?? {};
    if (qboSync !== PROTOCOL) return;
    this.#origin ??= message.origin;
    if (message.origin !== this.#origin) return;
    window.clearInterval(this.#hello);
    if (type === "welcome") this.#welcomed();
    if (type === "welcome" || type === "look") this.#handlers.look(rest);
    if (type === "token" && typeof rest.token === "string") this.#handlers.token(rest.token);
  };

  #waiting = [];

  #welcomed() {
    for (const message of this.#waiting.splice(0)) window.parent.postMessage(message, this.#origin);
  }

  #send(message) {
    const whole = { qboSync: PROTOCOL, ...message };
    if (this.#origin) window.parent.postMessage(whole, this.#origin);
    else this.#waiting.push(whole);
  }
}
