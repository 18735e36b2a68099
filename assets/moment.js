// An instant in the words and the zone of whoever looks.
import { createElement as h } from "react";

const FORMS = {
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  day: { day: "numeric", month: "short" },
  full: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
};

export function Moment({ at, form = "full", locale, className = "" }) {
  const when = new Date(at);
  if (isNaN(when)) return null;
  return h("time", { dateTime: at, className: "tabular whitespace-nowrap " + className }, when.toLocaleString(locale || [], FORMS[form] || FORMS.full));
}
