"""A form that the browser itself posts. Reflex's own one prevents that as soon as the page has hydrated."""

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML  # type: ignore[import-untyped]


class NativeForm(BaseHTML):
    """`<form action method enctype>` with nothing in the way."""

    tag = "form"

    action: rx.Var[str]
    method: rx.Var[str]
    enc_type: rx.Var[str]


native_form = NativeForm.create
