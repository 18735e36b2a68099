// Small things the other scripts share: elements, requests, times, avatars.
"use strict";

const byId = (id) => document.getElementById(id);

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") made.addEventListener("click", value);
    else if (name === "className") made.className = value;
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

async function ask(method, path, body) {
  const options = { method, headers: { "content-type": "application/json" } };
  if (body !== undefined) options.body = JSON.stringify(body);
  const answer = await fetch(`/_sandbox/${path}`, options);
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    complain(told.error || `HTTP ${answer.status}`);
    throw new Error(told.error || answer.statusText);
  }
  return told;
}

let complaintTimer;
function complain(text) {
  byId("toast").textContent = text;
  byId("toast").hidden = false;
  clearTimeout(complaintTimer);
  complaintTimer = setTimeout(() => (byId("toast").hidden = true), 4000);
}

// A question in the page's own dialog; resolves to the text, or to "" when cancelled.
function askText(title, text) {
  const dialog = byId("ask");
  byId("ask-title").textContent = title;
  byId("ask-text").value = text;
  dialog.returnValue = "";
  byId("ask-text").onkeydown = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    byId("ask-ok").click();
  };
  dialog.showModal();
  byId("ask-text").select();
  return new Promise((resolve) => {
    dialog.onclose = () => resolve(dialog.returnValue === "ok" ? byId("ask-text").value.trim() : "");
  });
}

const clockTime = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

const initials = (name) =>
  (name || "?").split(/\s+/).slice(0, 2).map((part) => [...part][0] || "").join("").toUpperCase();

const HUES = ["#be185d", "#7c3aed", "#0e7490", "#15803d", "#b45309", "#be123c", "#4338ca", "#0f766e"];
function colourOf(id) {
  let sum = 0;
  for (const letter of String(id)) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return HUES[sum % HUES.length];
}

function avatar(name, id, kind = "") {
  const made = element("span", { className: `avatar ${kind}`, "aria-hidden": "true" }, initials(name));
  if (!kind.includes("page-avatar")) made.style.background = colourOf(id);
  return made;
}

function isAtEnd(box) {
  return box.scrollHeight - box.scrollTop - box.clientHeight < 80;
}

// Runs at most once per `wait` milliseconds, and once more after the last call.
function calmly(wait, work) {
  let timer = null;
  let isAsked = false;
  const run = async () => {
    isAsked = false;
    try {
      await work();
    } catch (error) {
      console.debug(error);
    }
    timer = setTimeout(() => {
      timer = null;
      if (isAsked) run();
    }, wait);
  };
  return () => {
    isAsked = true;
    if (timer === null) {
      timer = 0;
      run();
    }
  };
}
