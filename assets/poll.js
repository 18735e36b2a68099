// Asks again every `seconds` while the page is looked at, and at once when somebody comes back to it; 0 is never.
import { useEffect, useRef } from "react";

export function Poll({ seconds = 0, onTick }) {
  const ask = useRef(onTick);
  ask.current = onTick;
  useEffect(() => {
    if (!seconds) return;
    const tick = () => document.visibilityState === "visible" && ask.current && ask.current();
    const id = setInterval(tick, seconds * 1000);
    document.addEventListener("visibilitychange", tick);
    window.addEventListener("pageshow", tick);
    return () => {
      clearInterval(id);
      document.removeEventListener("visibilitychange", tick);
      window.removeEventListener("pageshow", tick);
    };
  }, [seconds]);
  return null;
}
