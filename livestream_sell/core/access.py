"""Who may do what: actors, roles, permissions, and the one question."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from livestream_sell.core.errors import Forbidden, NotFound


class Role(StrEnum):
    owner = "owner"
    staff = "staff"
    superadmin = "superadmin"
    system = "system"


class Permission(StrEnum):
    view_store = "view_store"
    manage_products = "manage_products"
    run_live = "run_live"
    review_claims = "review_claims"
    write_to_buyers = "write_to_buyers"
    manage_orders = "manage_orders"
    confirm_payments = "confirm_payments"
    view_analytics = "view_analytics"
    use_kill_switch = "use_kill_switch"
    manage_store = "manage_store"
    manage_payments = "manage_payments"
    manage_page = "manage_page"
    manage_members = "manage_members"
    manage_billing = "manage_billing"
    administer = "administer"


EVERYTHING_IN_A_STORE = frozenset(Permission) - {Permission.administer}
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.owner: EVERYTHING_IN_A_STORE,
    # Runs the show; money settings, the Page and people are the owner's.
    Role.staff: EVERYTHING_IN_A_STORE
    - {
        Permission.manage_store,
        Permission.manage_payments,
        Permission.manage_page,
        Permission.manage_members,
        Permission.manage_billing,
    },
    Role.superadmin: frozenset(Permission),
    Role.system: EVERYTHING_IN_A_STORE,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person (`seller_id`) with a role in each store, or the program itself (no `seller_id`)."""

    seller_id: UUID | None
    roles: Mapping[UUID, Role] = field(default_factory=dict)
    # Superadmin or system: holds in every store.
    everywhere: Role | None = None

    @property
    def store_ids(self) -> frozenset[UUID]:
        return frozenset(self.roles)

    def may(self, permission: Permission, store_id: UUID | None = None) -> bool:
        if self.everywhere is not None and permission in GRANTS[self.everywhere]:
            return True
        role = self.roles.get(store_id) if store_id is not None else None
        return role is not None and permission in GRANTS[role]


SYSTEM = Actor(seller_id=None, everywhere=Role.system)


def require(actor: Actor, permission: Permission, store_id: UUID | None = None) -> None:
    """Return if `actor` may; `store_id` is the store that is touched, None for the platform itself.

    Raises:
        NotFound: the store is somebody else's; whether it exists is not told.
        Forbidden: it is the actor's store, but not with this role.
    """
    if actor.may(permission, store_id):
        return
    if store_id is not None and store_id not in actor.roles and actor.everywhere is None:
        raise NotFound("There is no such store.")
    raise Forbidden(f"Your role does not allow this ({permission.value}): ask the owner of the store.")
