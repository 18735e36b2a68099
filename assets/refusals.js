// What the HTTP interface refuses, in the seller's words: the rule of `ui/refusals.py`.
import { t } from "$/public/i18n.js";

const known = (locale, keys) => keys.find((key) => t(locale, key) !== key);
const field = (locale, name) => (known(locale, ["field." + name]) ? t(locale, "field." + name) : name);

export function problem(locale, { field: name, reason, values }) {
  return field(locale, name) + ": " + t(locale, known(locale, ["problem." + reason, "problem.wrong"]), values || {});
}

export function refusal(locale, { error, details }) {
  const { problems = [], missing = [], found = [], ...values } = details || {};
  if (problems.length) return problems.map((each) => problem(locale, each)).join("; ");
  const key = known(locale, ["error." + error + "." + values.reason, "error." + error, "common.failed"]);
  const columns = missing.map((name) => field(locale, name)).join(", ");
  return t(locale, key, { ...values, missing: columns, found: found.join(", ") || "–" });
}
