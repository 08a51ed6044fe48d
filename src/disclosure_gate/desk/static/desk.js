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
  if (event.target.matches("[data-stay]") && !pressed.hasAttribute("formaction")) {
    event.preventDefault();
    return send(event.target, pressed);
  }
  setTimeout(() => { pressed.disabled = true; });
});
addEventListener("pageshow", () => document.querySelectorAll("button[disabled]").forEach((each) => { each.disabled = false; }));

// What is proposed, agreed to or returned is a press on its button, never an Enter in a field.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.isComposing && event.target.matches("form[data-stay] input")) event.preventDefault();
});

// A form with data-stay stays as it was filled in until it is accepted: what is wrong is told above its button.
async function send(sent, pressed) {
  if (pressed.disabled) return;
  const body = new FormData(sent);
  if (pressed.name) body.append(pressed.name, pressed.value);
  pressed.disabled = true;
  let alert;
  try {
    const answer = await post(sent, sent.getAttribute("action"), body);
    if (answer.redirected) {
      sent.dataset.sent = "";
      return location.assign(answer.url);
    }
    if (answer.headers.get("Content-Type").startsWith("text/html")) return put(await answer.text());
    const told = await answer.json();
    if (told.errors.some((each) => each.code === "H-SECRET")) sent.dispatchEvent(new Event("secret"));
    alert = told.alert;
    if (answer.status === 401) alert += signIn();
    if (answer.status === 409) alert += `<p><a href="${location.pathname}">${say("看最新情况", "see how it stands now")}</a></p>`;
  } catch {
    alert = say("系统没有响应，所填内容还在，请稍后再按一次", "no answer; what you wrote is still here, press again later");
  }
  pressed.disabled = false;
  const box = sent.querySelector(".refused") || document.createElement("div");
  box.className = "alert refused";
  box.setAttribute("role", "alert");
  box.tabIndex = -1;
  box.innerHTML = alert; // made by our templates, everything in it escaped there
  (pressed.closest(".pair") || pressed).before(box);
  box.focus();
}

// The page that answers, in place of this one: made by our templates, with what was filled in and what is wrong.
function put(page) {
  document.getElementById("main").replaceWith(new DOMParser().parseFromString(page, "text/html").getElementById("main"));
  const told = document.querySelector("#main [role=alert]") || document.getElementById("main");
  told.tabIndex = -1;
  told.focus();
}

const signIn = () => `<p><a href="${document.documentElement.dataset.signIn}" target="_blank">${say("在新窗口登录，再回到这里继续", "sign in, in a new window, then come back and go on here")}</a></p>`;

// Whoever signed in anew in another window has another form token.
async function post(sent, address, body, signal) {
  const field = sent.elements.form_token;
  const once = () => fetch(address, {
    method: "POST", body, signal, credentials: "same-origin",
    headers: { "X-Form-Token": field.value, "X-Requested-With": "desk" },
  });
  const answer = await once();
  if (answer.status !== 403) return answer;
  const asked = await fetch(document.documentElement.dataset.token, { credentials: "same-origin", headers: { "X-Requested-With": "desk" } });
  const token = asked.ok && (await asked.json()).token;
  if (!token || token === field.value) return answer;
  document.querySelectorAll("input[name=form_token]").forEach((each) => { each.value = token; });
  return once();
}

// Reasons of masks: on hover and on focus, on every page that shows a text; Escape closes.
const bubble = () => document.getElementById("bubble");
function tell(message, box) {
  const told = bubble(), wide = document.documentElement.clientWidth;
  told.textContent = message;
  told.hidden = false;
  told.style.setProperty("left", Math.max(8, Math.min(box.left, wide - told.offsetWidth - 8)) + scrollX + "px");
  told.style.setProperty("top", box.bottom + scrollY + 6 + "px");
}
function hush() {
  if (bubble()) bubble().hidden = true;
}
const markOf = (event) => bubble() && event.target.closest?.(".view mark");
for (const kind of ["mouseover", "focusin"]) document.addEventListener(kind, (event) => {
  const mark = markOf(event);
  if (mark) tell(mark.dataset.why + (mark.dataset.mask ? say("（", " (") + mark.dataset.mask + say("）", ")") : ""), mark.getBoundingClientRect());
});
for (const kind of ["mouseout", "focusout"]) document.addEventListener(kind, (event) => { if (markOf(event)) hush(); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hush(); });

if (form) drafting();

function drafting() {
  const at = (id) => document.getElementById(id);
  const text = at("text"), behind = at("behind"), panel = at("panel"), view = at("view");
  const WAIT = 180; // ms without a key before it is asked
  let timer = 0, asked = 0, shown = 0, running = null, since = 0, marks = [], before = text.value, stopped = false;

  form.addEventListener("input", (event) => {
    if (!event.target.matches("[data-live]")) return;
    form.querySelector(".refused")?.remove(); // it was told of what stood there before
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
      const answer = await post(form, form.dataset.preview, new FormData(form), running.signal);
      told = await answer.json();
      if (!answer.ok) return trouble(told.alert || String(answer.status), answer.status);
    } catch (error) {
      if (error.name !== "AbortError") trouble(say("系统没有响应，稍后自动重试", "no answer; trying again shortly"), 0);
      return;
    }
    if (number < shown) return; // an older answer came late
    shown = number;
    stopped = false;
    show(told);
    // From the first key it answers until it is painted.
    const start = since;
    since = 0;
    if (start) requestAnimationFrame(() => setTimeout(() => performance.measure("answer", { start, end: performance.now() })));
  }

  function trouble(message, status) {
    const box = panel.querySelector(".trouble") || document.createElement("div");
    box.className = "alert trouble";
    box.setAttribute("role", "alert");
    stopped = status === 401;
    box.innerHTML = message + (stopped ? signIn() : ""); // made by our templates, everything in it escaped there
    // What was determined is of an older text: it is not shown, but the answers given there stay in the form.
    panel.classList.add("stale");
    panel.prepend(box);
    at("status-bar").hidden = true;
    at("spoken").textContent = "";
    if (status === 0) timer = setTimeout(ask, 3000);
  }
  addEventListener("focus", () => { if (stopped) ask(); });
  form.addEventListener("secret", () => ask());
  // Nothing is kept before it is proposed: who leaves by mistake is asked.
  const written = "textarea, input:not([type=hidden], [type=checkbox], [type=radio])";
  const unsent = () => [...form.elements].some((each) => each.matches(written) && each.value && each.value !== each.defaultValue);
  addEventListener("beforeunload", (event) => { if (unsent() && !("sent" in form.dataset)) event.preventDefault(); });

  function show(told) {
    if (told.secret) return letGo(told);
    const focused = panel.contains(document.activeElement) ? document.activeElement.id : "";
    const opened = new Set([...panel.querySelectorAll("details[open] > summary")].map((each) => each.textContent));
    panel.classList.remove("stale");
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
    panel.classList.remove("stale");
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

  const under = (place) => marks.findIndex((each) => each.start <= place && place <= each.end);
  function tellAt(index) {
    const mark = index < 0 ? null : behind.querySelectorAll("mark")[index];
    if (!mark) return hush();
    const box = mark.getBoundingClientRect();
    tell(marks[index].kind + say("：", ": ") + marks[index].why, box);
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
