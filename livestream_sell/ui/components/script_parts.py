"""Wrappers of the own React components in `assets/`; the seller's screens use them all."""

from typing import Any

import reflex as rx


def _no_arguments() -> list[Any]:
    return []


def _one_id(row_id: rx.Var[str]) -> list[rx.Var[str]]:
    return [row_id]


class LiveFeed(rx.Component):
    """The comment stream: `initial` rows from the database, then what the room sends."""

    library = "$/public/live_feed.js"
    tag = "LiveFeed"

    inbox: rx.Var[dict[str, Any]]
    initial: rx.Var[list[dict[str, Any]]]
    live: rx.Var[str]
    max: rx.Var[int]
    labels: rx.Var[dict[str, str]]
    intents: rx.Var[list[str]]
    on_pick: rx.EventHandler[_one_id]
    on_gap: rx.EventHandler[_no_arguments]


class LivePulse(rx.Component):
    """Calls `on_pulse` when one of `topics` has changed, at most about once a second.

    Topics are names of events; with `inbox` also `feed` (any comment) and `claims` (comments that moved something).
    """

    library = "$/public/live_pulse.js"
    tag = "LivePulse"

    pulse: rx.Var[dict[str, Any]]
    inbox: rx.Var[dict[str, Any]]
    topics: rx.Var[list[str]]
    wait: rx.Var[int]
    on_pulse: rx.EventHandler[_no_arguments]


class Toast(rx.Component):
    """Shows each new `notice` ({id, kind, text}) for some seconds."""

    library = "$/public/toast.js"
    tag = "Toast"

    notice: rx.Var[dict[str, str]]
    close_label: rx.Var[str]
    seconds: rx.Var[int]


class Sheet(rx.Component):
    """A drawer or dialog: opened by its own trigger, or by the var `open` with `on_close`."""

    library = "$/public/sheet.js"
    tag = "Sheet"

    open: rx.Var[bool]
    trigger: rx.Var[Any]
    trigger_label: rx.Var[str]
    trigger_class: rx.Var[str]
    title: rx.Var[str]
    side: rx.Var[str]
    close_label: rx.Var[str]
    close_on_link: rx.Var[bool]
    on_close: rx.EventHandler[_no_arguments]


class Tabs(rx.Component):
    """Panels side by side on a wide screen, behind tabs on a phone."""

    library = "$/public/tabs.js"
    tag = "Tabs"

    labels: rx.Var[list[str]]
    label: rx.Var[str]


class Hotkeys(rx.Component):
    """The keys that work on every screen."""

    library = "$/public/hotkeys.js"
    tag = "Hotkeys"


class Moment(rx.Component):
    """An instant (ISO 8601) in the reader's zone; `form` is time, day or full."""

    library = "$/public/moment.js"
    tag = "Moment"

    at: rx.Var[str]
    form: rx.Var[str]
    locale: rx.Var[str]


class TimeLeft(rx.Component):
    """Time left until `until`, by the server's clock `now`."""

    library = "$/public/countdown.js"
    tag = "Countdown"

    until: rx.Var[str]
    now: rx.Var[str]
    over: rx.Var[str]
    urgent_class: rx.Var[str]


class Poll(rx.Component):
    """Calls `on_tick` every `seconds` while the page is looked at; 0 is never."""

    library = "$/public/poll.js"
    tag = "Poll"

    seconds: rx.Var[int]
    on_tick: rx.EventHandler[_no_arguments]


class StoreSwitch(rx.Component):
    """A choice among the person's stores; nothing where there is one."""

    library = "$/public/store_switch.js"
    tag = "StoreSwitch"

    stores: rx.Var[list[dict[str, str]]]
    current: rx.Var[str]
    action: rx.Var[str]
    label: rx.Var[str]


class CsvImport(rx.Component):
    """Sends a file to the HTTP interface and shows what became of each line."""

    library = "$/public/csv_import.js"
    tag = "CsvImport"

    action: rx.Var[str]
    store: rx.Var[str]
    locale: rx.Var[str]
    labels: rx.Var[dict[str, str]]
    on_done: rx.EventHandler[_no_arguments]


live_feed = LiveFeed.create
live_pulse = LivePulse.create
toast = Toast.create
sheet = Sheet.create
tabs = Tabs.create
hotkeys = Hotkeys.create
moment = Moment.create
time_left = TimeLeft.create
poll = Poll.create
store_switch = StoreSwitch.create
csv_import = CsvImport.create
