"""The store of the cookie counts only while it is one of the person's."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from livestream_sell.auth.service import SignedIn
from livestream_sell.core.access import Actor, Permission, Role
from livestream_sell.core.errors import Forbidden
from livestream_sell.core.ids import uuid7
from livestream_sell.ui import session
from livestream_sell.ui.session import chosen_store, require_actor

pytestmark = pytest.mark.anyio
# Fixed: they are part of the names of the cases, which are the same in every process.
FIRST, SECOND, FOREIGN = UUID(int=1), UUID(int=2), UUID(int=3)


@pytest.fixture(autouse=True)
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    person = uuid7()
    actor = Actor(seller_id=person, roles={FIRST: Role.owner, SECOND: Role.staff})

    async def actor_from_cookie(_: str) -> SignedIn:
        return SignedIn(actor, person, FIRST, "Ana", "owner", "es")

    monkeypatch.setattr(session, "actor_from_cookie", actor_from_cookie)


def tab(cookie: str) -> Any:
    return SimpleNamespace(router=SimpleNamespace(headers=SimpleNamespace(cookie=cookie)))


@pytest.mark.parametrize(
    ("cookie", "store_id", "role"),
    [
        ("", FIRST, "owner"),
        (f"ls_store={SECOND}", SECOND, "staff"),
        (f"ls_store={FOREIGN}", FIRST, "owner"),
        ("ls_store=../../etc", FIRST, "owner"),
    ],
)
async def test_the_store_looked_at(cookie: str, store_id: object, role: str) -> None:
    found = await require_actor(tab(cookie))

    assert (found.store_id, found.role) == (store_id, role)


async def test_the_role_is_that_of_the_chosen_store() -> None:
    await require_actor(tab(""), Permission.manage_payments)
    with pytest.raises(Forbidden):
        await require_actor(tab(f"ls_store={SECOND}"), Permission.manage_payments)


def test_a_broken_cookie_names_no_store() -> None:
    assert chosen_store("\x00=;;;=") is None
    assert chosen_store(None) is None
