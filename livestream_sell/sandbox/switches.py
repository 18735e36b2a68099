"""Trouble on demand: what each service does wrong, until told otherwise."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any

SWITCHED_SERVICES = ("graph", "paypal", "mercadopago", "flow", "model")
ALIASES = {"facebook": "graph", "meta": "graph", "mercado_pago": "mercadopago"}

MODEL_MODES = ("normal", "nonsense", "refuse", "invalid_json", "empty")


class UnknownSwitch(ValueError):
    """A switch or service that does not exist, or a value of the wrong kind."""


@dataclass(slots=True)
class Switches:
    """The faults of one service. `only` limits request faults to paths that contain it,
    `times` to so many requests; both leave the webhooks alone."""

    down: bool = False
    cut_connection: bool = False
    slow_seconds: float = 0.0
    rate_limited: bool = False
    error: str = ""
    drop_response_after_effect: bool = False
    only: str = ""
    times: int | None = None

    duplicate_webhooks: int = 0
    out_of_order_webhooks: bool = False
    drop_webhooks: bool = False
    delay_webhooks_seconds: float = 0.0
    wrong_signature: bool = False

    adopt_unknown_comments: bool = True
    mode: str = "normal"

    def faulty(self, path: str) -> bool:
        """Whether a request to `path` is to be disturbed; uses up one of `times`."""
        if not self._disturbs() or self.only not in path:
            return False
        if self.times is None:
            return True
        if self.times <= 0:
            return False
        self.times -= 1
        return True

    def _disturbs(self) -> bool:
        return bool(
            self.down
            or self.cut_connection
            or self.slow_seconds
            or self.rate_limited
            or self.error
            or self.drop_response_after_effect
        )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class SwitchBoard:
    """The switches of every service, by name."""

    _by_service: dict[str, Switches] = field(default_factory=dict)

    def of(self, service: str) -> Switches:
        service = ALIASES.get(service, service)
        if service not in SWITCHED_SERVICES:
            raise UnknownSwitch(f"no such service: {service}; one of {', '.join(SWITCHED_SERVICES)}")
        return self._by_service.setdefault(service, Switches())

    def put(self, service: str, values: dict[str, Any]) -> Switches:
        """Set the given switches, every other one back to its default."""
        fresh = Switches()
        for name, value in values.items():
            _set(fresh, name, value)
        self.of(service)
        self._by_service[ALIASES.get(service, service)] = fresh
        return fresh

    def patch(self, service: str, values: dict[str, Any]) -> Switches:
        return self.put(service, {**self.of(service).as_dict(), **values})

    def reset(self) -> None:
        self._by_service.clear()


def _set(switches: Switches, name: str, value: object) -> None:
    known = {item.name: getattr(Switches(), item.name) for item in fields(Switches)}
    if name not in known:
        raise UnknownSwitch(f"no such switch: {name}; one of {', '.join(known)}")
    default = known[name]
    if name == "times":
        accepted = value is None or isinstance(value, int)
    elif isinstance(default, float):
        accepted = isinstance(value, (int, float)) and not isinstance(value, bool)
    else:
        accepted = type(value) is type(default)
    if not accepted or (name == "mode" and value not in MODEL_MODES):
        raise UnknownSwitch(f"{name}: {value!r} is not a value for it")
    setattr(switches, name, value)
