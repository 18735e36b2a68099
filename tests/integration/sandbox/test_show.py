"""The show: the same seed says the same, mixes what it should, and reaches the product whole."""

from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from livestream_sell.sandbox.server import SandboxServers
from livestream_sell.sandbox.show import SandboxNotRunning, run_show
from livestream_sell.sandbox.show_script import KIND_WEIGHTS, script

pytestmark = pytest.mark.anyio
CODES = ("A1", "B2")


async def test_the_same_seed_plays_the_same_show() -> None:
    first, second, other = (list(islice(script(seed, CODES), 300)) for seed in (7, 7, 8))

    assert first == second != other
    assert set(Counter(line.kind for line in first)) == set(KIND_WEIGHTS)


async def test_every_comment_of_a_show_reaches_the_product(sandbox: SandboxServers, product: Any) -> None:
    ports = {service: int(url.rpartition(":")[2]) for service, url in sandbox.urls.items()}
    told: list[str] = []

    result = await run_show(replace(sandbox.config, ports=ports), rate=6000, minutes=0.02, seed=3, tell=told.append)

    assert sum(count for kind, count in result.items() if kind in KIND_WEIGHTS) == 120
    assert len(await product.comments(120)) == 120
    assert any("comments in all" in line for line in told)


async def test_without_a_sandbox_it_says_what_to_do(sandbox: SandboxServers) -> None:
    nowhere = replace(sandbox.config, ports=dict.fromkeys(sandbox.config.ports, 1))

    with pytest.raises(SandboxNotRunning, match="make run"):
        await run_show(nowhere, rate=60, minutes=1)
