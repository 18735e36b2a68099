import { createElement as h, useEffect, useState } from "react";

async function copy(text) {
  try { await navigator.clipboard.writeText(text); return true; } catch { /* plain http: the old way */ }
  const field = Object.assign(document.createElement("textarea"), { value: text });
  document.body.append(field);
  field.select();
  const ok = document.execCommand("copy");
  field.remove();
  return ok;
}

export function CopyButton({ text, label, done, className = "" }) {
  const [copied, set] = useState(false);
  useEffect(() => { if (!copied) return; const id = setTimeout(() => set(false), 2000); return () => clearTimeout(id); }, [copied]);
  return h("button", { type: "button", className, "aria-live": "polite", onClick: async () => set(await copy(text)) }, copied ? done : label);
}
