// Time left until an ISO instant, by the server's clock when `now` is given.
import { createElement as h, useEffect, useRef, useState } from "react";

const two = (n) => String(n).padStart(2, "0");
const text = (s) => (s >= 3600 ? Math.floor(s / 3600) + ":" + two(Math.floor(s / 60) % 60) : Math.floor(s / 60)) + ":" + two(s % 60);

export function Countdown({ until, now, over = "", className = "", urgentClass = "", onDone }) {
  const skew = useRef(0);
  const done = useRef(false);
  const end = Date.parse(until);
  const left = () => Math.max(0, Math.ceil((end - Date.now() - skew.current) / 1000));
  const [seconds, tick] = useState(null);
  useEffect(() => {
    skew.current = now ? Date.parse(now) - Date.now() : 0;
    done.current = false;
    if (isNaN(end)) return tick(null);
    const step = () => {
      const rest = left();
      tick(rest);
      if (rest === 0 && !done.current) { done.current = true; onDone && onDone(); }
    };
    step();
    const id = setInterval(step, 1000);
    return () => clearInterval(id);
  }, [until, now]);
  const urgent = seconds !== null && seconds <= 300;
  return h("span", { role: "timer", className: "tabular " + className + (urgent ? " " + urgentClass : "") },
    seconds === null ? "--:--" : seconds === 0 && over ? over : text(seconds));
}
