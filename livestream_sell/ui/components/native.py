"""Elements as the browser knows them: Reflex's own form prevents its posting, its own link stays in the app."""

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML  # type: ignore[import-untyped]


class NativeForm(BaseHTML):
    """`<form action method enctype>` that the browser posts."""

    tag = "form"

    action: rx.Var[str]
    method: rx.Var[str]
    enc_type: rx.Var[str]


class NativeLink(BaseHTML):
    """`<a href>` that the browser follows: to a place on this page, a file, or anything that is no screen."""

    tag = "a"

    href: rx.Var[str]
    target: rx.Var[str]
    rel: rx.Var[str]
    download: rx.Var[str]


native_form = NativeForm.create
native_link = NativeLink.create
