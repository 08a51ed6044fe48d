// The desk's script: a check while you write that never stands in the way of writing. No dependency.
"use strict";

const form = document.getElementById("draft");
const lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
const say = (zh, en) => (lang === "zh" ? zh : en);

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    try {
      await navigator.clipboard.writeText(copy.dataset.copy);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(copy.previousElementSibling);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      document.execCommand("copy");
    }
    copy.textContent = copy.dataset.done;
  }
  if (event.target.closest("[data-print]")) print();
});

// A form is sent once.
document.addEventListener("submit", (event) => {
  const pressed = event.submitter;
  if (!pressed || pressed.formTarget === "_blank" || (pressed.name === "as" && pressed.value === "file")) return;
  setTimeout(() => { pressed.disabled = true; });
});
addEventListener("pageshow", () => document.querySelectorAll("button[disabled]").forEach((each) => { each.disabled = false; }));

if (form) drafting();

function drafting() {
  const at = (id) => document.getElementById(id);
  const text = at("text"), behind = at("behind"), panel = at("panel"), view = at("view"), bubble = at("bubble");
  const WAIT = 180; // ms without a key before it is asked
  let timer = 0, asked = 0, shown = 0, running = null, since = 0, marks = [], before = text.value, stopped = false;

  form.addEventListener("input", (event) => {
    if (!event.target.matches("[data-live]")) return;
    if (event.target === text) shift();
    if (event.target.id === "proposed") at("departing").hidden = !event.target.value;
    since ||= performance.now();
    clearTimeout(timer);
    const typed = event.target.matches("textarea, input:not([type])") && !["insertFromPaste", "insertFromDrop"].includes(event.inputType);
    timer = setTimeout(ask, typed ? WAIT : 0);
  });

  async function ask() {
    const number = ++asked;
    if (running) running.abort();
    running = new AbortController();
    let told;
    try {
      const answer = await fetch(form.dataset.preview, {
        method: "POST", body: new FormData(form), signal: running.signal, credentials: "same-origin",
        headers: { "X-Form-Token": form.elements.form_token.value, "X-Requested-With": "desk" },
      });
      told = await answer.json();
      if (!answer.ok) return trouble(told.errors ? told.errors[0].message : String(answer.status), answer.status);
    } catch (error) {
      if (error.name !== "AbortError") trouble(say("边车没有应答，稍后自动再试", "the sidecar does not answer; trying again shortly"), 0);
      return;
    }
    if (number < shown) return; // an older answer came late
    shown = number;
    show(told);
    // From the first key it answers until it is painted.
    const start = since;
    since = 0;
    if (start) requestAnimationFrame(() => setTimeout(() => performance.measure("answer", { start, end: performance.now() })));
  }

  function trouble(message, status) {
    const box = document.createElement("div");
    box.className = "alert";
    box.setAttribute("role", "alert");
    box.textContent = message;
    panel.replaceChildren(box);
    if (status === 0) timer = setTimeout(ask, 3000);
    if (status === 401 && !stopped) { stopped = true; const link = document.createElement("a"); link.href = "/desk/sign-in"; link.target = "_blank"; link.textContent = say("在新窗口登录", "sign in, in a new window"); box.append(" ", link); }
  }

  function show(told) {
    if (told.secret) return letGo(told);
    const focused = panel.contains(document.activeElement) ? document.activeElement.id : "";
    const opened = new Set([...panel.querySelectorAll("details[open] > summary")].map((each) => each.textContent));
    panel.innerHTML = told.panel; // made by our templates, everything in it escaped there
    panel.querySelectorAll("details > summary").forEach((each) => { if (opened.has(each.textContent)) each.parentElement.open = true; });
    if (focused && at(focused)) at(focused).focus();
    at("items").innerHTML = told.items || "";
    view.innerHTML = told.view;
    marks = told.marks.map(([start, end, kind, why]) => ({ start, end, kind, why }));
    units(marks);
    paint();
    const count = at("count");
    count.hidden = !marks.length;
    count.textContent = marks.length;
    const bar = at("status-bar");
    bar.hidden = told.status === "none";
    bar.className = "status-bar s-" + told.status;
    bar.textContent = told.sign ? told.sign + " " + told.word : "";
    const spoken = at("spoken");
    const sentence = told.word ? say("认定：", "Status: ") + told.word : "";
    if (spoken.textContent !== sentence) spoken.textContent = sentence;
  }

  function letGo(told) {
    // A secrecy mark: this page keeps nothing of it either.
    clearTimeout(timer);
    form.reset();
    form.querySelectorAll("input:not([type=hidden], [readonly], [type=date]), textarea").forEach((each) => { each.value = ""; });
    marks = []; before = "";
    behind.replaceChildren(); view.replaceChildren(); at("items").replaceChildren();
    at("count").hidden = true; at("status-bar").hidden = true; at("spoken").textContent = "";
    panel.innerHTML = told.panel;
  }

  // Offsets come as code points; a textarea counts UTF-16 units.
  function units(list) {
    const value = text.value;
    if (!/[\ud800-\udfff]/.test(value)) return;
    const at = [0];
    let unit = 0;
    for (const char of value) { unit += char.length; at.push(unit); }
    for (const each of list) { each.start = at[each.start]; each.end = at[each.end]; }
  }

  function paint() {
    const value = text.value, parts = [];
    let from = 0;
    for (const each of marks) {
      if (each.start < from || each.end > value.length) continue;
      parts.push(value.slice(from, each.start));
      const mark = document.createElement("mark");
      mark.textContent = value.slice(each.start, each.end);
      parts.push(mark);
      from = each.end;
      each.said = mark.textContent;
    }
    if (parts.length) parts.push(value.slice(from) + "\n");
    behind.replaceChildren(...parts);
    behind.scrollTop = text.scrollTop;
  }

  // While the next answer is under way the marks move with the text, and go where it was changed.
  function shift() {
    const delta = text.value.length - before.length, caret = text.selectionStart;
    before = text.value;
    if (!marks.length) return;
    const edge = delta > 0 ? caret - delta : caret;
    marks = marks.filter((each) => {
      if (each.start >= edge) { each.start += delta; each.end += delta; }
      return text.value.slice(each.start, each.end) === each.said;
    });
    paint();
  }
  text.addEventListener("scroll", () => { behind.scrollTop = text.scrollTop; }, { passive: true });

  // Reasons: on hover and on focus, in the text and in the view; Escape closes.
  function tell(message, box) {
    bubble.textContent = message;
    bubble.hidden = false;
    const wide = document.documentElement.clientWidth;
    bubble.style.setProperty("left", Math.max(8, Math.min(box.left, wide - bubble.offsetWidth - 8)) + scrollX + "px");
    bubble.style.setProperty("top", box.bottom + scrollY + 6 + "px");
  }
  const hush = () => { bubble.hidden = true; };
  for (const kind of ["mouseover", "focusin"]) view.addEventListener(kind, (event) => {
    const mark = event.target.closest("mark");
    if (mark) tell(mark.dataset.why + (mark.dataset.mask ? "（" + mark.dataset.mask + "）" : ""), mark.getBoundingClientRect());
  });
  view.addEventListener("mouseout", hush);
  view.addEventListener("focusout", hush);
  const under = (place) => marks.findIndex((each) => each.start <= place && place <= each.end);
  function tellAt(index) {
    const mark = index < 0 ? null : behind.querySelectorAll("mark")[index];
    if (!mark) return hush();
    const box = mark.getBoundingClientRect();
    tell(marks[index].kind + "：" + marks[index].why, box);
  }
  text.addEventListener("mousemove", (event) => {
    const hit = [...behind.querySelectorAll("mark")].findIndex((mark) => [...mark.getClientRects()].some((box) =>
      event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom));
    tellAt(hit);
  });
  text.addEventListener("mouseleave", hush);
  document.addEventListener("selectionchange", () => {
    if (document.activeElement === text && marks.length && text.selectionStart === text.selectionEnd) tellAt(under(text.selectionStart));
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hush(); });

  // Tabs.
  const tabs = [...form.querySelectorAll("[role=tab]")];
  function choose(tab, focus) {
    for (const each of tabs) {
      const on = each === tab;
      each.setAttribute("aria-selected", on);
      each.tabIndex = on ? 0 : -1;
      at(each.getAttribute("aria-controls")).hidden = !on;
    }
    if (focus) tab.focus();
  }
  for (const tab of tabs) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) choose(tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length], true);
    });
  }

  // Items, files.
  at("items").addEventListener("click", (event) => {
    const chip = event.target.closest("[data-item]");
    if (!chip) return;
    at("item").value = chip.dataset.item;
    at("domain").value = chip.dataset.domain;
    at("item").focus();
    ask();
  });
  const drop = at("drop"), files = at("files");
  for (const kind of ["dragover", "drop"]) form.addEventListener(kind, (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
    if (kind === "drop") { files.files = event.dataTransfer.files; ask(); }
  });
  form.addEventListener("dragleave", () => drop.classList.remove("over"));

  if (text.value || at("title").value) ask();
}
