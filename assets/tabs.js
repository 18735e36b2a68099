// Panels side by side on a wide screen, one at a time behind tabs on a phone.
import { Children, createElement as h, useState } from "react";

export function Tabs({ labels = [], label, className = "", children }) {
  const [at, go] = useState(0);
  const panels = Children.toArray(children);
  return h("div", { className: "flex min-h-0 flex-1 flex-col" },
    h("div", { role: "tablist", "aria-label": label, className: "flex shrink-0 border-b border-line lg:hidden" },
      labels.map((text, index) => h("button", {
        key: index, type: "button", role: "tab", id: "tab-" + index, "aria-selected": at === index, "aria-controls": "panel-" + index, onClick: () => go(index),
        className: "h-12 flex-1 border-b-2 text-sm font-medium " + (at === index ? "border-primary text-ink" : "border-transparent text-muted"),
      }, text))),
    h("div", { className: "min-h-0 flex-1 " + className },
      panels.map((panel, index) => h("div", { key: index, id: "panel-" + index, className: (at === index ? "flex" : "hidden lg:flex") + " h-full min-h-0 min-w-0 flex-col" }, panel))));
}
