// Notify, then read again: the server says which topics changed; this asks for one refresh per quiet moment.
import { useEffect, useRef } from "react";

export function LivePulse({ pulse, topics = [], wait = 300, onPulse }) {
  const timer = useRef(0);
  const last = useRef(0);
  const ask = useRef(onPulse);
  ask.current = onPulse;
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!pulse || !pulse.topics || !pulse.topics.some((topic) => topics.includes(topic))) return;
    if (timer.current) return;
    const rest = Math.max(wait, last.current + wait * 3 - Date.now());
    timer.current = setTimeout(() => {
      timer.current = 0;
      last.current = Date.now();
      ask.current && ask.current();
    }, rest);
  }, [pulse]);
  return null;
}
