"""Texts of the catalogue with something of the order in them."""

from collections.abc import Callable

import reflex as rx

Text = Callable[..., str]
METHODS = ("mercado_pago", "flow", "paypal", "bank_transfer")


def filled(template: str, name: str, value: rx.Var[str]) -> rx.Var[str]:
    """Return `template` with its placeholder `{name}` filled in the browser."""
    before, _, after = template.partition("{" + name + "}")
    return rx.Var.create(before) + value.to(str) + after


def method_name(text: Text, method: rx.Var[str]) -> rx.Var[str]:
    """Return what a way to pay is called."""
    names = [(each, text(f"checkout.method.{each}")) for each in METHODS]
    return rx.match(method, *names, text("checkout.problem.that_method"))
