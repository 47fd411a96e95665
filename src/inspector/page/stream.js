// The connection on which the server reports what happens. It is read with fetch(), because
// EventSource gives no reason when it is refused.
import { failureOf, withQuery } from "./api.js";

const deadAfter = 12000; // the server sends a heartbeat every 5 s
const retryAfter = 2000;

export class Stream {
  #query = null; // not open
  #lastId = "";
  #running = null;
  #report;
  #receive;
  #ended = false;

  // `report` gets "live", "reconnecting", "ended" or "refused", and a sentence. `receive` gets the
  // name of an event, its data, and whether the connection continues an earlier one.
  constructor(report, receive) {
    this.#report = report;
    this.#receive = receive;
  }

  // Begins anew with a query.
  open(query) {
    this.#query = query;
    this.#lastId = "";
    this.resume();
  }

  // Ends it until open() is called.
  close() {
    this.pause();
    this.#query = null;
  }

  // Goes on after the last event that was seen.
  resume() {
    this.pause();
    if (this.#query === null) return;
    this.#running = new AbortController();
    this.#run(this.#running.signal);
  }

  pause() {
    this.#running?.abort();
    this.#running = null;
  }

  async #run(signal) {
    for (let tries = 0; !signal.aborted; ++tries) {
      let refused = null;
      try {
        await this.#read(signal, () => (tries = 0));
      } catch (error) {
        refused = error.status ? error : null;
      }
      if (signal.aborted) return;
      if (refused) this.#report("refused", refused.message);
      else this.#report(this.#ended ? "ended" : "reconnecting");
      await pause(tries === 0 && !this.#ended ? 250 : retryAfter, signal);
    }
  }

  async #read(signal, alive) {
    const connection = new AbortController();
    const stop = () => connection.abort();
    signal.addEventListener("abort", stop);
    let timer = setTimeout(stop, deadAfter);
    try {
      const headers = this.#lastId ? { "Last-Event-ID": this.#lastId } : {};
      const continued = Boolean(this.#lastId);
      const path = withQuery("/api/events", { q: this.#query });
      const response = await fetch(path, { headers, signal: connection.signal, cache: "no-store" });
      if (!response.ok) throw await failureOf(response);
      this.#ended = false;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done || signal.aborted) return;
        alive();
        clearTimeout(timer);
        timer = setTimeout(stop, deadAfter);
        const messages = (text + value).replaceAll("\r\n", "\n").split("\n\n");
        text = messages.pop();
        for (const message of messages) this.#dispatch(message, continued, signal);
      }
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      connection.abort();
    }
  }

  #dispatch(message, continued, signal) {
    if (signal.aborted) return;
    let name = "message";
    const data = [];
    for (const line of message.split("\n")) {
      const value = line.slice(line.indexOf(":") + 1).replace(/^ /, "");
      if (line.startsWith("event:")) name = value;
      else if (line.startsWith("data:")) data.push(value);
      else if (line.startsWith("id:")) this.#lastId = value;
    }
    if (!data.length) return;
    if (name === "ended") this.#ended = true;
    else if (name === "hello") this.#report("live");
    this.#receive(name, JSON.parse(data.join("\n")), continued);
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()));
  });
}
