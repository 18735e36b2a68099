// A file of products goes to the HTTP interface (size limit and authorisation are there); its report stays here.
import { createElement as h, useRef, useState } from "react";
import { problem, refusal } from "$/public/refusals.js";

const BIG = "flex min-h-11 w-full cursor-pointer items-center justify-center rounded-lg border border-dashed border-line-strong px-4 py-6 text-center text-sm text-muted hover:bg-raised hover:text-ink focus-within:outline-2 focus-within:outline-link";
const BAD = "rounded-lg border border-danger/60 px-4 py-3 text-sm text-danger";
const fill = (text, values) => (text || "").replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

async function send(action, store, file) {
  const body = new FormData();
  body.append("file", file);
  const answer = await fetch(action + "?tienda_id=" + encodeURIComponent(store), { method: "POST", body });
  const told = await answer.json().catch(() => ({}));
  return answer.ok ? told : { refused: told };
}

function Report({ report, labels, locale }) {
  if (report.failed) return h("p", { role: "alert", className: BAD }, labels.failed);
  if (report.refused) return h("p", { role: "alert", className: BAD }, labels.refused, " ", refusal(locale, report.refused));
  const wrong = report.errors || [];
  return h("div", { role: "status", className: "flex flex-col gap-3" },
    h("p", { className: "rounded-lg bg-success/15 px-4 py-3 text-sm text-success" }, fill(labels.done, { created: report.created, changed: report.changed })),
    wrong.length ? h("p", { className: "text-sm font-medium text-warn" }, fill(labels.wrong, { count: wrong.length })) : null,
    wrong.length ? h("ul", { className: "scroll-thin max-h-80 divide-y divide-line overflow-y-auto rounded-lg border border-line", tabIndex: 0, "aria-label": labels.wrong_list },
      wrong.map((one, index) => h("li", { key: index, className: "grid grid-cols-[auto_1fr] gap-x-3 px-3 py-2 text-sm" },
        h("span", { className: "tabular text-muted" }, fill(labels.line, { line: one.line })),
        h("span", { className: "min-w-0 break-words" }, one.sku ? h("strong", { className: "me-2 font-medium" }, one.sku) : null, one.problems.map((each) => problem(locale, each)).join("; "))))) : null);
}

export function CsvImport({ action, store, locale, labels = {}, onDone }) {
  const [busy, setBusy] = useState(false);
  const [report, setReport] = useState(null);
  const field = useRef(null);
  const chosen = async (event) => {
    const file = event.target.files[0];
    if (!file) return;
    setBusy(true); setReport(null);
    try {
      const told = await send(action, store, file);
      setReport(told);
      if (!told.refused && onDone) onDone();
    } catch { setReport({ failed: true }); }
    setBusy(false);
    if (field.current) field.current.value = "";
  };
  return h("div", { className: "flex flex-col gap-4" },
    h("label", { className: BIG }, busy ? labels.busy : labels.choose,
      h("input", { ref: field, type: "file", accept: ".csv,text/csv", className: "sr-only", disabled: busy, onChange: chosen })),
    report ? h(Report, { report, labels, locale }) : null);
}
