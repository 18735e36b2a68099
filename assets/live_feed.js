// The comment stream. The server emits { seq, rows } to the store's room; each emission repeats the one
// before it, so a render that skips one value loses nothing, and a larger jump in seq asks for a reload.
import { createElement as h, memo, useEffect, useReducer, useRef, useState } from "react";

const TAGS = {
  purchase: "bg-success/15 text-success",
  review: "bg-warn/15 text-warn",
  question: "bg-primary/20 text-link",
  complaint: "bg-danger/15 text-danger",
  greeting: "bg-raised text-muted",
};

export function merge(rows, incoming, max) {
  if (!incoming || !incoming.length) return rows;
  const at = new Map(rows.map((row, index) => [row.id, index]));
  const next = rows.slice();
  const fresh = new Map();
  for (const row of incoming) {
    if (at.has(row.id)) next[at.get(row.id)] = keep(next[at.get(row.id)], row);
    else fresh.set(row.id, { ...fresh.get(row.id), ...row, fresh: true });
  }
  const merged = [...[...fresh.values()].reverse(), ...next];
  return merged.filter((row) => !row.removed).slice(0, max);
}

// The same object back when nothing changed, so that memoised rows are not drawn again.
function keep(old, row) {
  return Object.keys(row).some((key) => old[key] !== row[key]) ? { ...old, ...row } : old;
}

const clock = (iso) => {
  const at = new Date(iso);
  return isNaN(at) ? "" : at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
};

const OUTCOMES = {
  reserved: "text-success", partly_reserved: "text-warn", waitlisted: "text-warn", review: "text-warn", refused: "text-danger",
  answered: "text-link", released: "text-danger", cancel: "text-danger", rejected: "text-muted", no_live: "text-faint",
};
const PLAIN = "bg-raised text-muted";
const CHIP = "h-5 rounded px-2 text-xs leading-5 font-medium whitespace-nowrap ";

// The outcome says more than the intent it repeats.
function meta(row, labels) {
  const outcome = row.outcome && row.outcome !== row.intent ? labels["outcome." + row.outcome] || row.outcome : "";
  const sure = typeof row.confidence === "number" ? Math.round(row.confidence * 100) + "%" : "";
  return { outcome, quiet: [row.language, sure].filter(Boolean).join(" \u00b7 ") };
}

const Row = memo(function Row({ row, labels, onPick }) {
  const tag = labels[row.intent] || row.intent;
  const { outcome, quiet } = meta(row, labels);
  return h("li", { className: "feed-row border-b border-line", "data-fresh": row.fresh ? "" : undefined, "data-id": row.id },
    h("button", {
      type: "button",
      className: "grid w-full grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-1 px-4 py-2 text-start hover:bg-raised",
      onClick: () => onPick && onPick(row.id),
    },
      h("span", { className: "truncate text-sm font-medium text-muted" }, row.author),
      h("span", { className: "tabular text-end text-xs leading-5 text-faint" }, quiet ? quiet + " \u00b7 " : "", clock(row.at)),
      h("span", { className: "text-[15px] leading-5 break-words text-ink", dir: "auto" }, row.text),
      h("span", { className: "flex items-center gap-2 self-start justify-self-end" },
        outcome ? h("span", { className: "text-xs font-medium whitespace-nowrap " + (OUTCOMES[row.outcome] || "text-muted") }, outcome) : null,
        tag ? h("span", { className: CHIP + (TAGS[row.intent] || PLAIN) }, tag) : null)));
});

function useRows(inbox, initial, max, onGap) {
  const seen = useRef(0);
  const [rows, dispatch] = useReducer((state, action) =>
    action.reset ? merge(action.keep ? state : [], [...action.reset].reverse(), max) : merge(state, action.add, max), []);
  useEffect(() => { if (initial) dispatch({ reset: initial, keep: false }); }, [initial]);
  useEffect(() => {
    if (!inbox || !inbox.rows) return;
    const jumped = seen.current && (inbox.seq > seen.current + 2 || inbox.seq < seen.current);
    seen.current = inbox.seq;
    dispatch({ add: inbox.rows });
    if (jumped && onGap) onGap();
  }, [inbox]);
  return rows;
}

const fits = (row, only) => (only === "review" ? row.outcome === "review" : row.intent === only);

export function LiveFeed({ inbox, initial, live = "", max = 200, labels = {}, intents = [], onPick, onGap, ...rest }) {
  const rows = useRows(inbox, initial, max, onGap);
  const [only, setOnly] = useState("");
  const pick = useRef(onPick);
  pick.current = onPick;
  const stable = useRef((id) => pick.current && pick.current(id));
  const here = live ? rows.filter((row) => !row.live_id || row.live_id === live) : rows;
  const shown = only ? here.filter((row) => fits(row, only)) : here;
  const chip = (value, text) => h("button", {
    key: value, type: "button", "aria-pressed": only === value, onClick: () => setOnly(value),
    className: "h-8 shrink-0 rounded-full border px-3 text-sm " +
      (only === value ? "border-primary bg-primary text-white" : "border-line text-muted hover:text-ink"),
  }, text);
  return h("div", { className: "flex min-h-0 flex-1 flex-col", ...rest },
    h("div", { className: "scroll-thin flex shrink-0 gap-2 overflow-x-auto border-b border-line px-4 py-2" },
      chip("", labels.all), intents.map((intent) => chip(intent, labels[intent] || intent))),
    shown.length
      ? h("ol", { className: "scroll-thin min-h-0 flex-1 overflow-y-auto", "aria-label": labels.title, tabIndex: 0 },
          shown.map((row) => h(Row, { key: row.id, row, labels, onPick: stable.current })))
      : h("p", { className: "m-auto max-w-64 px-6 py-12 text-center text-sm text-muted" }, labels.empty));
}
