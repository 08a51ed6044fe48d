// <disclosure-status>: the required disclosure status beside an OA form, and the clearance for it. One file, no dependency.
//
//   <form id="draft"> … <input name="subject"> <select name="type"> <textarea name="body"> …
//     <disclosure-status name="clearance" endpoint="/gate" document-id="2026-0117" issuer="…" required
//       fields='{"title": "subject", "kind": "type", "text": "body"}'></disclosure-status>
//   </form>
//
// It asks {endpoint}/v1/checks as a preview while the form is filled in, shows status, reasons and questions, and puts the
// signed clearance into the form under its name once `await element.clear({drafter, reviewer, signer, …})` was answered.
// With `required` the form cannot be sent before that; a change of the form takes the clearance back. `endpoint` lies on
// the page's own origin: the OA's server passes the two requests on and adds its key, which never reaches a browser.
//
// Events: `status` (detail: the determination), `cleared` (detail: the clearance), `trouble` (detail: the problem).
"use strict";

(() => {
  const SIGNS = { proactive: "●", partial: "◐", on_request: "○", withheld: "✕", held: "‖" };
  const COLOURS = { proactive: "#17693a", partial: "#855200", on_request: "#1b5795", withheld: "#a01f2b", held: "#5f3d88" };
  const WORDS = {
    zh: { proactive: "主动公开", partial: "部分公开", on_request: "依申请公开", withheld: "不予公开", held: "待定", waiting: "等待内容", title: "公开属性", due: "公开期限", why: "为什么", masks: "处遮盖", cleared: "已放行", needed: "须先取得放行凭证", away: "公开属性服务没有响应，不得发出", yes: "是", no: "否", choose: "请选择", article: (each) => `《${each.title}》` + (each.article ? `第${each.article}条` : "") },
    en: { proactive: "Proactive", partial: "Partial", on_request: "On request", withheld: "Withheld", held: "Held", waiting: "Waiting for content", title: "Disclosure status", due: "Publish by", why: "Why", masks: "spans masked", cleared: "Cleared", needed: "a clearance is needed first", away: "The disclosure service does not answer: nothing may be issued", yes: "yes", no: "no", choose: "choose", article: (each) => each.title + (each.article ? ` art. ${each.article}` : "") },
  };
  const STYLE = `
    :host { display: block; font: 16px/1.6 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; color: #1b2430; }
    section { border: 1px solid #dde1e6; border-top: 4px solid var(--colour, #566172); border-radius: 8px; padding: 1rem 1.2rem; background: #fff; }
    .word { font-size: 1.5rem; font-weight: 700; color: var(--colour, #566172); margin: 0; }
    .small { color: #566172; font-size: .9rem; } p { margin: .2rem 0; } ul { margin: .4rem 0 0; padding-left: 1.2rem; } li { margin: .3rem 0; }
    fieldset { border: 0; padding: 0; margin: .8rem 0 0; } legend { font-weight: 600; padding: 0; } label { display: inline-flex; gap: .4rem; align-items: center; margin-right: 1.2rem; min-height: 2.2rem; }
    select, input:not([type=radio]) { font: inherit; min-height: 2.4rem; } input[type=radio] { width: 1.2rem; height: 1.2rem; }
    .alert { color: #a01f2b; } .cleared { color: #17693a; font-weight: 600; } summary { cursor: pointer; min-height: 1.8rem; }
    :focus-visible { outline: 3px solid #d98300; outline-offset: 2px; }`;

  class DisclosureStatus extends HTMLElement {
    static formAssociated = true;
    #inside = this.attachInternals();
    #root = this.attachShadow({ mode: "open", delegatesFocus: true });
    #facts = {};
    #timer = 0;
    #asked = 0;
    #determination = null;
    #given = null; // a document set by script instead of read from the form

    connectedCallback() {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      this.#root.adoptedStyleSheets = [sheet];
      this.#show();
      const form = this.#inside.form;
      if (form && this.hasAttribute("fields")) {
        form.addEventListener("input", (event) => { if (event.target !== this) this.#changed(); });
        this.#changed();
      }
      this.#uncleared();
    }

    /** What was determined last, or null. */
    get determination() { return this.#determination; }

    /** The document as it is checked; set it where the form alone does not tell all. */
    get document() {
      if (this.#given) return { ...this.#given, facts: { ...this.#given.facts, ...this.#facts } };
      const form = this.#inside.form, fields = JSON.parse(this.getAttribute("fields") || "{}");
      const read = {};
      for (const [name, field] of Object.entries(fields)) {
        const value = form?.elements[field]?.value ?? "";
        if (value !== "") read[name] = value;
      }
      const extra = {};
      if (this.hasAttribute("domain")) extra.domain = this.getAttribute("domain");
      return {
        id: this.getAttribute("document-id") || "", ...extra, ...read,
        issuer: { name: read.issuer || this.getAttribute("issuer") || "", level: this.getAttribute("level") || "county" },
        facts: { ...this.#facts },
      };
    }
    set document(value) { this.#given = value; this.#changed(); }

    /** Have the form's content checked, recorded and cleared; the signed clearance becomes this field's value. */
    async clear(decision) {
      const asked = this.document;
      clearTimeout(this.#timer);
      this.#asked++; // a preview under way is overtaken
      try {
        const determination = await this.#ask("/v1/checks", { document: asked });
        const answer = await this.#ask("/v1/clearances", { document: asked, determination, decision });
        if (JSON.stringify(asked) !== JSON.stringify(this.document)) throw { message: this.#words.needed }; // changed meanwhile
        this.#inside.setFormValue(answer.token);
        this.#inside.setValidity({});
        this.#determination = determination;
        this.#show(answer.clearance);
        this.dispatchEvent(new CustomEvent("cleared", { detail: answer, bubbles: true }));
        return answer;
      } catch (problem) {
        this.#trouble(problem);
        throw problem;
      }
    }

    get #lang() { return (this.getAttribute("lang") || document.documentElement.lang || "zh").startsWith("en") ? "en" : "zh"; }
    get #words() { return WORDS[this.#lang]; }

    #uncleared() {
      this.#root.querySelector(".cleared")?.remove();
      this.#inside.setFormValue(null);
      if (this.hasAttribute("required")) this.#inside.setValidity({ customError: true }, this.#words.needed, this.#root.querySelector("section") || undefined);
      else this.#inside.setValidity({});
    }

    #changed() {
      this.#uncleared();
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#preview(), Number(this.getAttribute("wait") || 250));
    }

    async #preview() {
      const asked = this.document, number = ++this.#asked;
      if (!asked.title || !asked.kind || !(asked.text || asked.files?.length)) { this.#determination = null; return this.#show(); }
      try {
        const determination = await this.#ask("/v1/checks", { document: asked, preview: true });
        if (number !== this.#asked) return; // an older answer came late
        this.#determination = determination;
        this.#show();
        this.dispatchEvent(new CustomEvent("status", { detail: determination, bubbles: true }));
      } catch (problem) {
        if (number === this.#asked) this.#trouble(problem);
      }
    }

    async #ask(path, body) {
      let answer, told;
      try {
        answer = await fetch((this.getAttribute("endpoint") || "") + path, {
          method: "POST", credentials: "same-origin", body: JSON.stringify(body),
          headers: { "Content-Type": "application/json", "Accept-Language": this.#lang },
        });
        told = await answer.json();
      } catch {
        throw { message: this.#words.away };
      }
      if (!answer.ok) throw { message: (told.errors || []).map((each) => each.message).join("\n") || told.detail || this.#words.away, problem: told };
      return told;
    }

    #trouble(problem) {
      this.#determination = null;
      this.#uncleared();
      this.#show(null, problem.message || this.#words.away);
      this.dispatchEvent(new CustomEvent("trouble", { detail: problem, bubbles: true }));
    }

    #show(clearance = null, trouble = "") {
      const it = this.#determination, words = this.#words, lang = this.#lang;
      const make = (name, text = "", kind = "") => { const made = document.createElement(name); if (text) made.textContent = text; if (kind) made.className = kind; return made; };
      const section = make("section");
      section.setAttribute("aria-label", words.title);
      section.tabIndex = -1;
      const status = it ? it.status || "held" : null;
      if (status) section.style.setProperty("--colour", COLOURS[status]);
      const live = make("div");
      live.setAttribute("role", "status");
      live.append(make("p", status ? `${SIGNS[status]} ${words[status]}` : words.waiting, "word"));
      section.append(live);
      if (trouble) { const said = make("p", trouble, "alert"); said.setAttribute("role", "alert"); section.append(said); }
      if (clearance) section.append(make("p", `${words.cleared} · ${clearance.expires_on}`, "cleared"));
      if (it) {
        const due = it.publications[0]?.due_on;
        const told = [due && `${words.due} ${due}`, it.redactions.length && `${it.redactions.length} ${words.masks}`, it.notes.join(" ")].filter(Boolean).join(" · ");
        if (told) section.append(make("p", told, "small"));
        for (const held of it.held) {
          if (held.code !== "H-QUESTION") section.append(make("p", held.message[lang]));
          if (held.code === "H-QUOTE") for (const place of held.places) section.append(make("p", place.slice(place.indexOf(" ") + 1), "small"));
        }
        for (const problem of it.proposal?.problems || []) section.append(make("p", problem.message[lang], "alert"));
        for (const question of it.questions) section.append(this.#question(question, make));
        if (it.reasons.length) {
          const more = make("details"), list = make("ul");
          more.append(make("summary", `${words.why} (${it.reasons.length})`), list);
          for (const reason of it.reasons) {
            const line = make("li", reason.statement[lang]);
            line.append(make("br"), make("span", reason.basis.map(words.article).join(lang === "zh" ? "；" : "; "), "small"));
            list.append(line);
          }
          section.append(more);
        }
      }
      this.#root.replaceChildren(section);
    }

    #question(question, make) {
      const words = this.#words, box = make("fieldset");
      box.append(make("legend", question.text[this.#lang]));
      const answer = (value) => { this.#facts[question.fact] = value; this.#changed(); };
      if (question.type === "bool") {
        for (const value of [true, false]) {
          const label = make("label"), choice = make("input");
          choice.type = "radio";
          choice.name = question.fact;
          choice.addEventListener("change", () => answer(value));
          label.append(choice, value ? words.yes : words.no);
          box.append(label);
        }
      } else {
        const field = make(question.values.length ? "select" : "input");
        if (question.values.length) for (const value of ["", ...question.values]) { const option = make("option", String(value) || words.choose); option.value = value; field.append(option); }
        else field.type = { int: "number", date: "date" }[question.type] || "text";
        field.setAttribute("aria-label", question.text[this.#lang]);
        field.addEventListener("change", () => { if (field.value) answer(question.type === "int" ? Number(field.value) : field.value); });
        box.append(field);
      }
      return box;
    }
  }
  customElements.define("disclosure-status", DisclosureStatus);
})();
