// Which store the screens show. A real form: only an HTTP answer can set the HttpOnly cookie.
import { createElement as h } from "react";

export function StoreSwitch({ stores = [], current, action, label, className = "" }) {
  if (stores.length < 2) return null;
  return h("form", { method: "post", action },
    h("input", { type: "hidden", name: "next", value: typeof location === "undefined" ? "" : location.pathname.replace(/\/$/, ""), readOnly: true }),
    h("select", { name: "store_id", "aria-label": label, className, value: current, onChange: (event) => { event.target.form.elements.store_id.value = event.target.value; event.target.form.submit(); } },
      stores.map((store) => h("option", { key: store.id, value: store.id }, store.name))));
}
