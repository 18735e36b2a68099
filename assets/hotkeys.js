// "/" puts the cursor into the page's search field. Escape closes drawers by itself: they are <dialog>s.
import { useEffect } from "react";

const TYPING = "input,textarea,select,[contenteditable]";

export function Hotkeys() {
  useEffect(() => {
    const pressed = (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
      const scope = document.querySelector("dialog[open]") || document;
      const field = [...scope.querySelectorAll("input[type=search]")].find((one) => one.offsetParent);
      if (field) { event.preventDefault(); field.focus(); field.select(); }
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);
  return null;
}
