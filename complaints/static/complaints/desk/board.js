// D1 by keyboard: J/K cards, H/L columns, M then 1-4, A, /, N; what others moved flashes once and is read out.
import { isAway, onKey, openSheet, say } from "./frame.js";

const board = document.getElementById("board");
const told = new Set(); // events that were shown already

const columns = () => [...board.querySelectorAll(".col")];
const titles = (within) => [...within.querySelectorAll("a.t")];
const current = () => document.activeElement?.closest?.(".card, tr");

function step(by) {
  const here = current();
  const all = titles(here?.closest(".col") ?? board);
  const at = here ? all.indexOf(here.querySelector("a.t")) : -1;
  all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
}

function sideways(by) {
  const all = columns().filter((column) => column.querySelector("a.t"));
  const here = current();
  const at = all.indexOf(here?.closest(".col"));
  if (at < 0) { titles(board)[0]?.focus(); return; }
  const row = titles(all[at]).indexOf(here.querySelector("a.t"));
  const next = titles(all[Math.min(Math.max(at + by, 0), all.length - 1)]);
  next[Math.min(row, next.length - 1)]?.focus();
}

// --- the menu of a card ---------------------------------------------------------------------------------------------
const open = () => board.querySelector(".menu");

function closeMenu(focus = true) {
  const menu = open();
  if (!menu) return;
  const opener = menu.closest(".card").querySelector(".mv");
  menu.remove();
  opener.setAttribute("aria-expanded", "false");
  if (focus) opener.closest(".card").querySelector("a.t").focus();
}

function menuOf(card) {
  const { status, tried } = card.dataset;
  const kept = document.querySelector(`#menus template[data-status="${status}"][data-tried="${tried}"]`)
    ?? document.querySelector(`#menus template[data-status="${status}"]`);
  const menu = kept.content.firstElementChild.cloneNode(true);
  for (const item of menu.querySelectorAll("a")) {
    item.href = item.getAttribute("href").replace("NUMBER", encodeURIComponent(card.dataset.number));
  }
  return menu;
}

function openMenu(card) {
  closeMenu(false);
  const menu = menuOf(card);
  card.append(menu);
  card.querySelector(".mv").setAttribute("aria-expanded", "true");
  menu.querySelector("a")?.focus();
  return menu;
}

function choose(card, item) {
  if (isAway()) { say(document.getElementById("offline").dataset.words); return; }
  const address = item.getAttribute("href");
  closeMenu();
  if (!("move" in item.dataset)) { location.assign(address); return; }
  if (!("atOnce" in item.dataset)) { openSheet(address); return; }
  const token = document.querySelector("#at-once [name=csrfmiddlewaretoken]").value;
  htmx.ajax("POST", address, {
    target: "#sheet-body",
    values: { csrfmiddlewaretoken: token, expected_status: card.dataset.status },
  });
}

function moveTo(card, key) {
  const item = menuOf(card).querySelector(`[data-key="${key}"]`);
  if (item) { choose(card, item); return; }
  closeMenu();
  const label = columns().find((column) => column.dataset.column === key)?.dataset.label ?? key;
  say(board.dataset.noWay.replace("{column}", label));
}

// Cards are links without this script; with it their 移动 is a button that opens a menu.
function dress() {
  for (const opener of board.querySelectorAll(".mv")) {
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-haspopup", "menu");
    opener.setAttribute("aria-expanded", "false");
  }
  for (const line of board.querySelectorAll(".news, .gone li")) {
    if (told.has(line.dataset.event)) continue;
    told.add(line.dataset.event);
    line.closest(".card")?.classList.add("flash");
    const number = line.closest(".card")?.dataset.number;
    say(number ? `${number} ${line.textContent}` : line.textContent);
  }
}

board.addEventListener("click", (event) => {
  const opener = event.target.closest(".mv");
  if (opener) {
    event.preventDefault();
    const card = opener.closest(".card");
    if (card.querySelector(".menu")) closeMenu(); else openMenu(card);
    return;
  }
  const item = event.target.closest(".menu a");
  if (item) { event.preventDefault(); choose(item.closest(".card"), item); return; }
  const mark = event.target.closest("[data-go]");
  if (mark) {
    const card = document.getElementById(`t-${mark.dataset.go}`);
    if (!card) return; // behind the last card of its column: the link does what links do
    event.preventDefault();
    card.focus();
  }
});
document.addEventListener("click", (event) => {
  if (open() && !event.target.closest(".menu, .mv")) closeMenu(false);
});

document.addEventListener("keydown", (event) => {
  const menu = open();
  if (menu?.contains(document.activeElement)) {
    const items = [...menu.querySelectorAll("a")];
    const at = items.indexOf(document.activeElement);
    if (event.key === "ArrowDown") items[(at + 1) % items.length].focus();
    else if (event.key === "ArrowUp") items[(at - 1 + items.length) % items.length].focus();
    else if (event.key === "Home") items[0].focus();
    else if (event.key === "End") items.at(-1).focus();
    else if (event.key === "Escape") closeMenu();
    else if (event.key === "Tab") { closeMenu(false); return; }
    else return;
    event.preventDefault();
  } else if (event.key === " " && document.activeElement?.matches(".mv")) {
    event.preventDefault();
    openMenu(document.activeElement.closest(".card"));
  }
});

onKey((event) => {
  const key = event.key.toUpperCase();
  const card = document.activeElement?.closest?.(".card");
  if (open() && card && /^([1-4]|A)$/.test(key)) {
    event.preventDefault();
    moveTo(card, key);
    return;
  }
  const acts = {
    J: () => step(1),
    K: () => step(-1),
    H: () => sideways(-1),
    L: () => sideways(1),
    M: () => (card ? openMenu(card) : say(board.dataset.noCard)),
    A: () => (card ? moveTo(card, "A") : say(board.dataset.noCard)),
    N: () => location.assign(board.dataset.new),
    "/": () => document.getElementById("q").focus(),
  };
  if (!acts[key]) return;
  event.preventDefault();
  acts[key]();
});

// --- keeping the board fresh ------------------------------------------------------------------------------------------
document.body.addEventListener("desk:moved", () => htmx.trigger(document.body, "desk:refresh"));
board.addEventListener("htmx:beforeSwap", (event) => {
  // Nobody's open menu or half-typed search is swept away by the clock; the next round brings it.
  const busy = open() || document.activeElement?.id === "q" || board.querySelector(".shut[open]");
  if (event.detail.target === board && busy && event.detail.requestConfig.triggeringEvent?.type !== "desk:refresh") {
    event.detail.shouldSwap = false;
  }
});
let focused = "";
board.addEventListener("htmx:beforeSwap", () => { focused = current()?.dataset.number ?? ""; });
board.addEventListener("htmx:afterSettle", () => {
  dress();
  if (focused) document.getElementById(`t-${focused}`)?.focus();
});
dress();
