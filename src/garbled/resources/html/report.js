"use strict";
const form = document.getElementById("filter");
const tip = document.getElementById("tip");
const articles = [...document.querySelectorAll("article")];
let chosen, waiting, told;

const checked = (name) => new Set([...form.querySelectorAll(`input[name=${name}]:checked`)].map((i) => i.value));

function nShown(element) {
  let n = 0;
  for (const key of element.dataset.f.split(" ")) {
    const [kind, severity, times] = key.split("-");
    if (chosen.kinds.has(kind) && chosen.severities.has(severity)) n += Number(times ?? 1);
  }
  return n;
}

function isSought(article, sought) {
  return !sought || article.textContent.toLowerCase().includes(sought);
}

function filter() {
  chosen = { kinds: checked("kind"), severities: checked("severity"), verdicts: checked("verdict") };
  const sought = form.elements.search.value.trim().toLowerCase(), only = form.elements.only.checked;
  let nArticles = 0, nFindings = 0;
  for (const article of articles) {
    const n = nShown(article);
    const fits = chosen.verdicts.has(article.dataset.v) && (n || !only) && isSought(article, sought);
    if (article.hidden === fits) article.hidden = !fits;
    if (!fits) continue;
    nArticles += 1;
    nFindings += n;
    if (article.firstElementChild.open) filterFindings(article);
  }
  const plural = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;
  form.elements.shown.value = `${plural(nArticles, "article")} and ${plural(nFindings, "finding")} shown.`;
  hide();
}

function filterFindings(article) {
  for (const note of article.querySelectorAll(".notes li")) note.hidden = !nShown(note);
  for (const mark of article.querySelectorAll("mark")) {
    const isShown = nShown(mark) > 0;
    mark.classList.toggle("off", !isShown);
    if (mark.hasAttribute("tabindex")) mark.tabIndex = isShown ? 0 : -1;
  }
}

function show(mark) {
  const notes = mark.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id));
  const list = notes.filter((note) => !note.hidden).map((note) => {
    const copy = note.cloneNode(true);
    copy.removeAttribute("id");
    return copy;
  });
  if (!list.length) return hide();
  told = mark;
  tip.replaceChildren(...list);
  tip.hidden = false;
  const place = mark.getClientRects()[0], room = document.documentElement.clientWidth;
  tip.style.left = `${scrollX + Math.max(8, Math.min(place.left, room - tip.offsetWidth - 8))}px`;
  const above = place.top > tip.offsetHeight;
  tip.style.top = `${scrollY + (above ? place.top - tip.offsetHeight : mark.getBoundingClientRect().bottom)}px`;
}

function hide() {
  tip.hidden = true;
}

const markAt = (target) => target.closest?.("main mark[aria-describedby]");

function step(way) {
  const marks = [...document.querySelectorAll("article:not([hidden]) mark[tabindex]")].filter(nShown);
  const here = document.activeElement;
  const after = marks.findIndex((mark) => here.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING);
  const next = after < 0 ? marks.length : after;
  const from = document.activeElement === document.body ? 0 : next;
  const place = way > 0 ? from : next - (marks.includes(here) ? 2 : 1);
  const mark = marks[place];
  if (!mark) return;
  mark.closest("details").open = true;
  filterFindings(mark.closest("article"));
  mark.focus({ preventScroll: true });
  mark.scrollIntoView({ block: "center" });
  show(mark);
}

document.addEventListener("mouseover", (event) => {
  const mark = markAt(event.target);
  if (mark) show(mark);
  else if (!tip.contains(event.target) && told !== document.activeElement) hide();
});
document.addEventListener("focusin", (event) => {
  const mark = markAt(event.target);
  if (mark) show(mark);
  else hide();
});
document.addEventListener("focusout", hide);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
  if (event.target.closest("input, button") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "n") step(1);
  if (event.key === "p") step(-1);
});
document.addEventListener("toggle", (event) => {
  const article = event.target.closest("article");
  if (article && event.target.open) filterFindings(article);
}, true);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", (event) => {
  clearTimeout(waiting);
  waiting = setTimeout(filter, event.target.type === "search" ? 200 : 0);
});
addEventListener("beforeprint", () => {
  for (const article of articles) if (!article.hidden) filterFindings(article);
});
form.elements.beside.addEventListener("input", (event) => document.body.classList.toggle("bare", !event.target.checked));
for (const [name, open] of [["open", true], ["close", false]]) {
  form.elements[name].addEventListener("click", () => {
    for (const article of articles) if (!article.hidden) article.firstElementChild.open = open;
  });
}
form.hidden = false;
filter();
