// Messages out of state: `notice` is { id, kind, text }; a new id shows a new message. No eval anywhere.
import { createElement as h, useEffect, useState } from "react";
import { createPortal } from "react-dom";

const LOOK = {
  success: "border-success/50 text-success", error: "border-danger/60 text-danger", info: "border-line-strong text-ink",
};

export function Toast({ notice, closeLabel = "x", seconds = 5 }) {
  const [list, set] = useState([]);
  const drop = (id) => set((all) => all.filter((one) => one.id !== id));
  useEffect(() => {
    // The state remembers its last message; a new page does not say it again.
    if (!notice || !notice.id || sessionStorage.getItem("ls_told") === notice.id) return;
    sessionStorage.setItem("ls_told", notice.id);
    set((all) => [...all.filter((one) => one.id !== notice.id), notice].slice(-3));
    // Not cleared when the next message comes: each one goes in its own time.
    setTimeout(() => drop(notice.id), seconds * 1000 * (notice.kind === "error" ? 2 : 1));
  }, [notice && notice.id]);
  // Behind an open drawer it would be neither seen nor heard: it goes into the topmost one.
  const [box, move] = useState(null);
  useEffect(() => {
    const retarget = () => move([...document.querySelectorAll("dialog[open]")].pop() || null);
    retarget();
    document.addEventListener("close", retarget, true);
    return () => document.removeEventListener("close", retarget, true);
  }, [list]);
  const view = h("div", { role: "status", "aria-live": "polite", className: "pointer-events-none fixed inset-x-4 bottom-20 z-50 flex flex-col items-center gap-2 lg:inset-x-auto lg:end-6 lg:bottom-6 lg:items-end" },
    list.map((one) => h("div", { key: one.id, className: "pointer-events-auto flex max-w-md items-start gap-3 rounded-lg border bg-raised px-4 py-3 text-sm shadow-lg " + (LOOK[one.kind] || LOOK.info) },
      h("span", { className: "flex-1" }, one.text),
      h("button", { type: "button", className: "-m-1 p-1 text-muted hover:text-ink", "aria-label": closeLabel, onClick: () => drop(one.id) }, "\u00d7"))));
  return box ? createPortal(view, box) : view;
}
