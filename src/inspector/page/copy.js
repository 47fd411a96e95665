// Buttons that copy a text.
import { announce } from "./announce.js";
import { icon, make } from "./dom.js";

// `text` is a string, or a function that returns one, also later.
export function copyButton(label, text, properties) {
  const word = make("span", null, label);
  const button = make("button", { type: "button", ...properties }, icon("copy"), word);
  let timer = null;
  button.addEventListener("click", async () => {
    let said = "Copied";
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : await text());
    } catch (error) {
      said = error.name === "NotAllowedError" ? "Not allowed" : "Not copied";
      if (error.status) said += ": " + error.message;
    }
    word.textContent = said;
    announce(said);
    clearTimeout(timer);
    timer = setTimeout(() => (word.textContent = label), 2000);
  });
  return button;
}
