// What every part of the page's drawing uses.

export const $ = (selector) => document.querySelector(selector);
export const $$ = (selector) => [...document.querySelectorAll(selector)];

export function press(button, on) {
  button.setAttribute("aria-pressed", String(on));
}

// A message with an icon before it: there when there is something to say.
export function say(place, text) {
  place.hidden = !text;
  place.lastElementChild.textContent = text || "";
}
