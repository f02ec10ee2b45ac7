/**
 * <qbo-sync token theme accent>: the sync card of one record, inside any page.
 *
 * The card itself lives in a frame from the address this script came from, so the page and the card cannot
 * read each other. They talk through postMessage, and each side believes only the other's window and origin.
 * Events on the element: qbo-sync:ready, qbo-sync:synced, qbo-sync:failed, qbo-sync:token-needed.
 */
(() => {
  "use strict";

  const script = document.currentScript;
  if (!script) throw new Error("qbo-sync.js must be loaded by a plain <script src> element");
  if (customElements.get("qbo-sync")) return;

  const HOME = new URL(script.src).origin;
  const PROTOCOL = 1;
  const KEY_ID = /^wk_[A-Za-z0-9_-]{1,64}$/;
  const THEMES = ["light", "dark"];
  const ACCENT = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;
  const EVENTS = ["ready", "synced", "failed", "token-needed"];
  // The frame's idle heights (frame.css), so that the page does not move when the card appears.
  const NARROW_PX = 520;
  const IDLE_PX = { narrow: 164, wide: 108 };
  const LONGEST_PX = 4000;

  /** The widget key's id in the token's header, or null where there is no usable token. */
  function keyId(token) {
    try {
      const header = token.split(".")[0].replaceAll("-", "+").replaceAll("_", "/");
      const kid = JSON.parse(atob(header)).kid;
      return typeof kid === "string" && KEY_ID.test(kid) ? kid : null;
    } catch {
      return null;
    }
  }

  class QboSync extends HTMLElement {
    static observedAttributes = ["token", "theme", "accent"];

    #frame = null;
    #kid = null;
    #answered = false;
    #waitingToken = null;

    constructor() {
      super();
      this.attachShadow({ mode: "open" });
    }

    connectedCallback() {
      window.addEventListener("message", this.#hear);
      this.#open();
    }

    disconnectedCallback() {
      window.removeEventListener("message", this.#hear);
      this.#close();
    }

    attributeChangedCallback(name, before, now) {
      if (!this.isConnected || before === now) return;
      if (name === "token") this.#renew(now);
      else this.#send({ type: "look", ...this.#look() });
    }

    #open() {
      const token = this.getAttribute("token") ?? "";
      this.#kid = keyId(token);
      if (!this.#kid) return;
      this.#frame = this.#newFrame(token);
      this.shadowRoot.replaceChildren(this.#frame);
    }

    #close() {
      this.shadowRoot.replaceChildren();
      this.#frame = null;
      this.#answered = false;
      this.#waitingToken = null;
    }

    /** A fresh token goes into the open frame; one of another key needs another frame. */
    #renew(token) {
      const kid = keyId(token ?? "");
      if (!kid) return;
      if (!this.#frame || kid !== this.#kid) {
        this.#close();
        this.#open();
      } else if (this.#answered) {
        this.#send({ type: "token", token });
      } else {
        this.#waitingToken = token;
      }
    }

    #newFrame(token) {
      const frame = document.createElement("iframe");
      frame.title = "Sync to QuickBooks";
      frame.referrerPolicy = "no-referrer";
      frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox");
      frame.setAttribute("allow", "clipboard-write");
      Object.assign(this.style, { display: "block", maxWidth: "640px" });
      // A frame whose own colour scheme differs from its element's is painted on an opaque sheet. The frame declares
      // none, which is light; "normal" would follow a page that declares dark.
      Object.assign(frame.style, { display: "block", width: "100%", border: "0", colorScheme: "light" });
      frame.style.height = `${this.clientWidth < NARROW_PX ? IDLE_PX.narrow : IDLE_PX.wide}px`;
      frame.src = `${HOME}/widget/v1/frame/${this.#kid}${this.#query()}#${token}`;
      return frame;
    }

    #query() {
      const query = new URLSearchParams(Object.entries(this.#look()).filter(([, value]) => value));
      return query.size ? `?${query}` : "";
    }

    #look() {
      const theme = this.getAttribute("theme") ?? "";
      const accent = this.getAttribute("accent") ?? "";
      return { theme: THEMES.includes(theme) ? theme : "", accent: ACCENT.test(accent) ? accent : "" };
    }

    #hear = (message) => {
      if (!this.#frame || message.origin !== HOME || message.source !== this.#frame.contentWindow) return;
      const { qboSync, type, ...rest } = message.data ?? {};
      if (qboSync !== PROTOCOL) return;
      if (type === "hello") this.#answer();
      else if (type === "height") this.#resize(rest.height);
      else if (type === "event") this.#tell(rest.name, rest.detail);
    };

    #answer() {
      this.#answered = true;
      this.#send({ type: "welcome", ...this.#look() });
      if (!this.#waitingToken) return;
      this.#send({ type: "token", token: this.#waitingToken });
      this.#waitingToken = null;
    }

    #resize(height) {
      if (Number.isFinite(height) && height > 0) this.#frame.style.height = `${Math.min(Math.ceil(height), LONGEST_PX)}px`;
    }

    #tell(name, detail) {
      if (!EVENTS.includes(name)) return;
      this.dispatchEvent(new CustomEvent(`qbo-sync:${name}`, { detail, bubbles: true, composed: true }));
    }

    #send(message) {
      if (this.#answered) this.#frame?.contentWindow?.postMessage({ qboSync: PROTOCOL, ...message }, HOME);
    }
  }

  customElements.define("qbo-sync", QboSync);
})();
