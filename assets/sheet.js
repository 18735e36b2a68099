// A drawer or dialog on the browser's own <dialog>: focus trap, Escape and backdrop come with it.
import { createElement as h, useEffect, useId, useRef } from "react";

export function Sheet({ open, trigger, triggerLabel, triggerClass = "", title, side = "bottom", closeLabel, onClose, closeOnLink = true, children }) {
  const box = useRef(null);
  const id = useId();
  const controlled = open !== undefined && open !== null;
  const show = () => box.current && !box.current.open && box.current.showModal();
  const hide = () => box.current && box.current.open && box.current.close();
  useEffect(() => { if (controlled) open ? show() : hide(); }, [open]);
  const clicked = (event) => {
    if (event.target === box.current || (closeOnLink && event.target.closest("a[href]"))) hide();
  };
  return h("div", { className: "contents" },
    trigger && h("button", { type: "button", className: triggerClass, "aria-haspopup": "dialog", "aria-label": triggerLabel, onClick: show }, trigger),
    h("dialog", { ref: box, className: "sheet", "data-side": side, "aria-labelledby": id, onClick: clicked, onClose: () => onClose && onClose() },
      h("div", { className: "sheet-panel" },
        h("div", { className: "flex items-center justify-between gap-4 px-4 pt-4 pb-2" },
          h("h2", { id, className: "text-base font-semibold text-ink" }, title),
          h("button", { type: "button", className: "-me-2 grid size-11 place-items-center rounded-lg text-xl text-muted hover:bg-raised hover:text-ink", "aria-label": closeLabel, onClick: hide }, "\u00d7")),
        h("div", { className: "px-4 pb-4" }, children))));
}
