// The switches: what each service does wrong, until told otherwise.
"use strict";

const GRAPH_ERRORS = [
  ["", "no error"], ["1", "1 unknown"], ["4", "4 app limit"], ["613", "613 rate limit"], ["80001", "80001 page limit"],
  ["190", "190 bad token"], ["190-460", "190-460 password changed"], ["190-463", "190-463 expired"],
  ["10-2018278", "10 outside window"], ["10-1893063", "10 Page restricted"], ["100-33", "100-33 deleted"],
  ["551", "551 unavailable"], ["368", "368 blocked"], ["10900", "10900 replied already"], ["10903", "10903 can’t reply"],
];
const GATEWAY_WEBHOOKS = [
  ["duplicate_webhooks", "Webhooks repeated", "number"], ["out_of_order_webhooks", "Webhooks out of order"],
  ["drop_webhooks", "Webhooks lost"], ["wrong_signature", "Wrong signature"],
];
const CALLS = [
  ["down", "Down (503)"], ["cut_connection", "Connection cut"], ["slow_seconds", "Slow, seconds", "number"],
  ["rate_limited", "Too many requests (429)"], ["drop_response_after_effect", "Done, but the answer is lost"],
];
const SERVICES = {
  graph: ["Facebook", [...CALLS, ["error", "Error", GRAPH_ERRORS], ...GATEWAY_WEBHOOKS]],
  paypal: ["PayPal", [...CALLS, ...GATEWAY_WEBHOOKS]],
  mercadopago: ["Mercado Pago", [...CALLS, ...GATEWAY_WEBHOOKS]],
  flow: ["Flow", [...CALLS, ...GATEWAY_WEBHOOKS.slice(0, 3)]],
  model: ["Language model", [...CALLS, ["mode", "Answers", ["normal", "nonsense", "refuse", "invalid_json", "empty"].map((mode) => [mode, mode.replace("_", " ")])]]],
};
const WELL = { error: "", mode: "normal" };

const Trouble = {
  async start() {
    const all = await ask("GET", "switches");
    byId("services").replaceChildren(...Object.keys(SERVICES).map((service) => Trouble.drawService(service, all[service])));
    Trouble.count();
  },

  drawService(service, switches) {
    const [name, list] = SERVICES[service];
    const state = element("span", { className: "state" });
    const box = element("details", { className: "service", id: `service-${service}` }, element("summary", {}, name, state));
    box.open = service === "graph";
    box.append(...list.map(([field, label, kind]) => Trouble.drawSwitch(service, field, label, kind, switches[field])));
    Trouble.mark(box, switches, list);
    return box;
  },

  drawSwitch(service, field, label, kind, value) {
    let input;
    if (Array.isArray(kind)) {
      input = element("select", {}, ...kind.map(([option, shown]) => element("option", { value: option }, shown)));
      input.value = value;
    } else {
      input = element("input", kind ? { type: kind, min: 0, step: 1 } : { type: "checkbox" });
      if (kind) input.value = value;
      else input.checked = value;
    }
    const read = () => (Array.isArray(kind) ? input.value : kind ? Number(input.value) : input.checked);
    input.addEventListener("change", () => Trouble.set(service, { [field]: read() }));
    return element("label", { className: "switch" }, element("span", {}, label), input);
  },

  async set(service, changed) {
    const switches = await ask("PATCH", `switches/${service}`, changed);
    Trouble.mark(byId(`service-${service}`), switches, SERVICES[service][1]);
    Trouble.count();
  },

  mark(box, switches, list) {
    const wrong = list.filter(([field]) => switches[field] && switches[field] !== WELL[field]).map(([, label]) => label);
    box.classList.toggle("ill", wrong.length > 0);
    box.querySelector(".state").textContent = wrong.length === 0 ? "well" : wrong.length === 1 ? wrong[0] : `${wrong.length} troubles`;
  },

  count() {
    const ill = document.querySelectorAll(".service.ill").length;
    byId("trouble-count").hidden = ill === 0;
    byId("trouble-count").textContent = ill;
  },

  async allWell() {
    for (const service of Object.keys(SERVICES)) await ask("PUT", `switches/${service}`, {});
    await Trouble.start();
  },
};
