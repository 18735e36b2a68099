"""Who may do what."""

import pytest

from livestream_sell.core.access import SYSTEM, Actor, Permission, Role, require
from livestream_sell.core.errors import Forbidden, NotFound
from livestream_sell.core.ids import uuid7

MINE, OTHER = uuid7(), uuid7()
OWNER = Actor(uuid7(), {MINE: Role.owner})
STAFF = Actor(uuid7(), {MINE: Role.staff})
SUPERADMIN = Actor(uuid7(), everywhere=Role.superadmin)


@pytest.mark.parametrize("permission", sorted(set(Permission) - {Permission.administer}))
def test_an_owner_may_everything_at_home_and_nothing_elsewhere(permission: Permission) -> None:
    require(OWNER, permission, MINE)

    # Not Forbidden: that would tell that the store exists.
    with pytest.raises(NotFound):
        require(OWNER, permission, OTHER)


def test_staff_run_the_show_but_touch_no_money_settings() -> None:
    require(STAFF, Permission.run_live, MINE)
    require(STAFF, Permission.use_kill_switch, MINE)

    for permission in (Permission.manage_payments, Permission.manage_members, Permission.manage_page):
        with pytest.raises(Forbidden):
            require(STAFF, permission, MINE)


def test_only_superadmins_administer() -> None:
    require(SUPERADMIN, Permission.administer)
    require(SUPERADMIN, Permission.manage_products, OTHER)

    for actor in (OWNER, STAFF, SYSTEM, Actor(None)):
        with pytest.raises(Forbidden):
            require(actor, Permission.administer)


def test_the_program_itself_works_in_every_store() -> None:
    require(SYSTEM, Permission.manage_orders, OTHER)


def test_somebody_without_stores_finds_none() -> None:
    with pytest.raises(NotFound):
        require(Actor(uuid7()), Permission.view_store, MINE)
