"use strict";
const ask = document.getElementById("ask");
const check = document.getElementById("check");
const busy = document.getElementById("busy");
const FORMATS = { htm: "html", html: "html", xhtml: "html", md: "markdown", markdown: "markdown", txt: "text", text: "text" };
const MOST = 10_000_000;

async function take(area, file) {
  if (file.size > MOST) {
    busy.value = "That file is too large.";
    return;
  }
  area.value = await file.text();
  area.focus();
  area.setSelectionRange(0, 0);
  busy.value = `${file.name} is here.`;
  const known = FORMATS[file.name.split(".").pop().toLowerCase()] ?? "auto";
  const { format } = ask.elements;
  if (area.name === "text") format.value = [...format.options].some((o) => o.value === known) ? known : "auto";
}

for (const area of ask.querySelectorAll("textarea")) {
  for (const name of ["dragenter", "dragover"]) {
    area.addEventListener(name, (event) => {
      if (event.dataTransfer.types.includes("Files")) event.preventDefault();
      area.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) area.addEventListener(name, () => area.classList.remove("over"));
  area.addEventListener("drop", (event) => {
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    take(area, file);
  });
}
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
}

ask.addEventListener("submit", () => {
  if (!check) return;
  check.disabled = true;
  busy.value = "Checking…";
});
addEventListener("pageshow", () => {
  check.disabled = false;
  if (busy.value === "Checking…") busy.value = "";
});

async function label(form, button) {
  const told = form.querySelector("output");
  const id = form.elements.result_id.value;
  try {
    const answer = await fetch(`/v1/results/${id}/label`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ label: button.value }),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.detail);
    for (const other of form.querySelectorAll("button")) other.setAttribute("aria-pressed", other === button);
    told.value = `Recorded: ${button.textContent.toLowerCase()}. The feed “${said.feed}” learns from it.`;
  } catch (error) {
    told.value = `Not recorded: ${error.message}`;
  }
}

for (const form of document.querySelectorAll("form.label")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    label(form, event.submitter);
  });
}

const marks = [...document.querySelectorAll("main mark[tabindex], main .copy .ref")];

function light(mark) {
  for (const note of document.querySelectorAll(".notes li.lit")) note.classList.remove("lit");
  const ids = mark?.getAttribute("aria-describedby") ?? "";
  for (const id of ids.split(" ").filter(Boolean)) document.getElementById(id)?.classList.add("lit");
}

function step(way) {
  const at = marks.indexOf(document.activeElement);
  const next = at < 0 ? (way > 0 ? 0 : marks.length - 1) : at + way;
  const mark = marks[next];
  if (!mark) return;
  mark.focus({ preventScroll: true });
  mark.scrollIntoView({ block: "center" });
}

document.addEventListener("focusin", (event) => light(event.target.closest("main mark[aria-describedby]")));
document.addEventListener("mouseover", (event) => {
  const mark = event.target.closest("main mark[aria-describedby]");
  if (mark) light(mark);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask.requestSubmit();
  if (event.target.closest("input, textarea, select, button") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "n") step(1);
  if (event.key === "p") step(-1);
});
