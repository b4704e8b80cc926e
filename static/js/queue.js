// Keys of the queue: bound by place on the keyboard, so they work in Cyrillic layouts; off while a field has the focus.
const rows = [...document.querySelectorAll(".case-row .only-wide")];
const keys = document.querySelector(".keys");
const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
const place = () => {
  const focused = rows.indexOf(document.activeElement);
  return focused >= 0 ? focused : rows.findIndex((link) => link.getAttribute("aria-current") === "true");
};
const go = (step) => {
  const next = rows[Math.min(rows.length - 1, Math.max(0, place() + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
};
const press = (selector) => document.querySelector(selector)?.click();
const acts = {
  KeyJ: () => go(1),
  KeyK: () => go(-1),
  KeyO: () => press(".inbox-case .open"),
  KeyE: () => press(".inbox-case .claim"),
  Slash: () => {
    document.querySelector(".filters").open = true;
    document.querySelector("#q").focus();
  },
};

if (rows.length && window.matchMedia("(min-width: 1024px)").matches) keys.hidden = false;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !acts[event.code]) return;
  event.preventDefault();
  acts[event.code]();
});
document.querySelector(".case-row.on")?.scrollIntoView({ block: "nearest" });
