// Notify, then read again: the server says which topics changed; this asks for one refresh per quiet moment.
// Rows of the comment feed count too: "feed" is any of them, "claims" those that moved pieces or carts.
import { useEffect, useRef } from "react";

const CLAIMED = new Set(["reserved", "partly_reserved", "waitlisted", "review", "released", "cancel", "refused", "repeat"]);
const moved = (row) => row.removed || CLAIMED.has(row.outcome);

export function LivePulse({ pulse, inbox, topics = [], wait = 300, onPulse }) {
  const timer = useRef(0);
  const last = useRef(0);
  const ask = useRef(onPulse);
  ask.current = onPulse;
  const soon = () => {
    if (timer.current) return;
    const rest = Math.max(wait, last.current + wait * 3 - Date.now());
    timer.current = setTimeout(() => {
      timer.current = 0;
      last.current = Date.now();
      ask.current && ask.current();
    }, rest);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (pulse && pulse.topics && pulse.topics.some((topic) => topics.includes(topic))) soon();
  }, [pulse]);
  useEffect(() => {
    if (!inbox || !inbox.rows || !inbox.rows.length) return;
    if (topics.includes("feed") || (topics.includes("claims") && inbox.rows.some(moved))) soon();
  }, [inbox]);
  return null;
}
