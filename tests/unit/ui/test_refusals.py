"""Whatever a service refuses has words in every language of the sellers."""

import ast
import importlib
import re
from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from livestream_sell.core.errors import AppError, InvalidInput
from livestream_sell.core.problems import REASONS, WRONG, refused_input
from livestream_sell.core.resilience import CircuitOpen
from livestream_sell.facebook.graph_errors import Treatment
from livestream_sell.inventory.errors import SkuTaken, StockPromised
from livestream_sell.inventory.schemas import ProductDraft
from livestream_sell.live.schemas import LiveStart
from livestream_sell.messaging.errors import CannotReachBuyer
from livestream_sell.messaging.outcomes import failure_code
from livestream_sell.messaging.policy import RULES
from livestream_sell.payments.gateways.registry import GATEWAYS
from livestream_sell.stores.schemas import StoreSettings
from livestream_sell.ui.catalogue import LOCALES, messages, say
from livestream_sell.ui.refusals import message_failure, payment_failure, refusal_text
from tests.architecture.source import modules, name, tree

SLICES = ("core", "stores", "auth", "inventory", "facebook", "payments", "orders", "messaging", "live", "sales", "ui")
# Whoever hears these is no seller at a screen; a new name here is a decision.
NEVER_SHOWN = {
    # The checkout has words of its own: `checkout.problem`.
    "unknown_link", "nothing_to_pay", "nothing_left", "newer_cart", "email_needed", "currency_not_taken",
    "gateway_unavailable", "gateway_rejected",
    # Only by the HTTP interface, the webhooks or the command line.
    "gateway_not_offered", "unknown_sku", "no_stock", "idempotency_key_reused", "notification_refused",
    "malformed_payload",
    # The local result of understanding a comment stands.
    "model_unavailable", "model_busy", "model_refused", "model_answer_invalid", "token_budget_spent",
}  # fmt: skip
# Where an InvalidInput is for a stream, the HTTP interface or the command line.
NOT_FOR_SCREENS = (
    "livestream_sell/sales/arrivals.py", "livestream_sell/sales/order_requests.py", "livestream_sell/auth/service.py",
    "livestream_sell/messaging/inbound.py", "livestream_sell/core/idempotency.py",
)  # fmt: skip
# Set by no form.
NO_INPUT = {"low_stock_at", "is_active"}
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def kinds(of: type[AppError] = AppError) -> Iterator[type[AppError]]:
    yield of
    for kind in of.__subclasses__():
        if not kind.__module__.startswith(("livestream_sell.sandbox", "tests")):
            yield from kinds(kind)


def refusals() -> Iterator[tuple[str, type[AppError], dict[str, ast.expr]]]:
    """Every call in the slices that makes one of our errors: where, which, and its named arguments."""
    for path in modules():
        if name(path).split("/")[1] not in SLICES or name(path) in NOT_FOR_SCREENS:
            continue
        importlib.import_module(name(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
        known = {kind.__name__: kind for kind in kinds()}
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            named = {each.arg: each.value for each in node.keywords if each.arg}
            if kind := known.get(ast.unparse(node.func)):
                yield f"{name(path)}:{node.lineno}", kind, named
            elif ast.unparse(node.func) == "super().__init__" and "reason" in named:
                owner = next(k for k in known.values() if k.__module__.replace(".", "/") in name(path) and k.code in {
                    "stock_promised", "cannot_reach_buyer"})  # fmt: skip
                yield f"{name(path)}:{node.lineno}", owner, named


def literal(value: ast.expr | None) -> str:
    return str(value.value) if isinstance(value, ast.Constant) else ""


def test_every_code_has_words() -> None:
    assert list(refusals()) != []
    codes = {kind.code for kind in kinds()} - NEVER_SHOWN

    assert [(locale, code) for locale in LOCALES for code in codes if f"error.{code}" not in messages(locale)] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_reason_has_words_that_it_can_fill(locale: str) -> None:
    texts, wrong, seen = messages(locale), [], 0
    for place, kind, named in refusals():
        reason, field = literal(named.get("reason")), literal(named.get("field"))
        if kind.code in NEVER_SHOWN:
            continue
        if not reason:
            if kind is InvalidInput and "**" not in named:
                wrong.append(f"{place} gives no reason")
            continue
        seen += 1
        key = f"problem.{reason}" if field else f"error.{kind.code}.{reason}"
        unfilled = set(PLACEHOLDER.findall(texts.get(key, ""))) - named.keys()
        if key not in texts or unfilled or (field and f"field.{field}" not in texts):
            wrong.append(f"{place} {key} {field} {unfilled}")

    assert (wrong, seen > 20) == ([], True)


@pytest.mark.parametrize("locale", LOCALES)
def test_forms_name_their_fields_and_what_is_wrong_with_them(locale: str) -> None:
    texts = messages(locale)
    forms = [ProductDraft, StoreSettings, LiveStart, *(gateway.settings_model for gateway in GATEWAYS.values())]

    fields = {field for form in forms for field in form.model_fields} - NO_INPUT
    hints = {field for form in forms[3:] for field, told in form.model_fields.items() if told.description}
    wanted = {f"field.{field}" for field in fields} | {f"field_hint.{field}" for field in hints}
    wanted |= {f"problem.{reason}" for reason in {*REASONS.values(), WRONG, "unknown_currency", "unknown_locale"}}
    wanted |= {f"gateway.{gateway}" for gateway in GATEWAYS}
    assert wanted - texts.keys() == set()
    assert all(set(PLACEHOLDER.findall(texts[f"problem.{reason}"])) <= {"limit"} for reason in REASONS.values())


@pytest.mark.parametrize("locale", LOCALES)
def test_messages_that_failed_say_why(locale: str) -> None:
    codes = {treatment.value for treatment in Treatment} | {rule.reason for rule in RULES if rule.reason}
    codes |= {"outcome_unknown", "worker_stopped", "reconnect", "kill_switch", "page_not_linked", "page_paused"}
    codes |= {"redis_away", "rate_limited", "nothing_to_say", "nothing_held", "order_gone", "order_cancelled"}
    codes |= {kind.code for kind in kinds() if kind.code.startswith(("vendor_", "graph_unavailable", "circuit_"))}

    assert {code for code in codes if message_failure(f"{code}: why") == "other"} == set()
    assert say(locale, f"message.error.{message_failure('never heard of')}", code="X").count("X") == 1


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        ("10-2018278: outside of the window", "window_closed"),
        ("551: not available", "stop_person"),
        ("100-33: it is gone", "final"),
        ("506: twice the same", "final"),
        ("503: facebook answered 503.", "retry"),
        ("?: without a reason", "final"),
        ("worker_stopped: in the middle of sending", "worker_stopped"),
        ("outcome_unknown", "outcome_unknown"),
        ("", ""),
    ],
)
def test_the_code_of_a_stored_failure(stored: str, code: str) -> None:
    assert failure_code(stored) == code


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("currency: asked CLP, got USD; amount: asked 12990, got 1", ("differs", "CLP / 12990", "USD / 1")),
        ("rejected: INSTRUMENT_DECLINED", ("gateway", "INSTRUMENT_DECLINED", "")),
        ("rejected", ("transfer_rejected", "", "")),
        ("unavailable: HTTP 503", ("unavailable", "", "")),
        ("unexpected answer", ("unavailable", "", "")),
        ("MP-7 already paid 17-a", ("paid_before", "MP-7", "17-a")),
        ("cc_rejected_other_reason", ("gateway", "cc_rejected_other_reason", "")),
        ("expired", ("", "", "")),
    ],
)
def test_why_a_payment_failed(stored: str, shown: tuple[str, str, str]) -> None:
    assert payment_failure(stored) == shown
    assert all(not shown[0] or f"orders.failure.{shown[0]}" in messages(locale) for locale in LOCALES)


def test_fields_are_named_with_their_reasons() -> None:
    with pytest.raises(ValidationError) as refused:
        ProductDraft.model_validate({"sku": "?", "name": "", "price": "x", "stock": -1})
    error = refused_input(refused.value)

    assert refusal_text("es", error) == (
        "Revisa estos datos: Código: de 1 a 64 letras, números y . - / _, y empieza con letra o número; "
        "Nombre: falta; Precio: no es un número; Stock: como mínimo 0"
    )
    assert refusal_text("pt", error).endswith("Nome: falta; Preço: não é um número; Estoque: no mínimo 0")
    assert "stock: Input should be greater than or equal to 0" in error.message


def test_a_refusal_falls_back_to_its_kind() -> None:
    class Unheard(SkuTaken):
        code = "unheard_of"

    class Unknown(AppError):
        code = "never_heard_of"

    try:
        assert refusal_text("es", Unheard("A1")) == "El código A1 ya es de otro producto."
        assert refusal_text("es", Unknown("English", key="k", locale="l")) == messages("es")["error.internal_error"]
        assert refusal_text("pt", CircuitOpen("English")) == messages("pt")["error.circuit_open"]
        assert refusal_text("es", StockPromised(1, 2)) == "Hay 2 unidades reservadas: el stock no puede ser 1."
        assert refusal_text("es", CannotReachBuyer("opted_out")) == "Esta persona pidió no recibir mensajes."
        assert refusal_text("es", InvalidInput("English")) == "Revisa lo que escribiste."
    finally:
        del Unheard, Unknown
