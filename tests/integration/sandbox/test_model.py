"""The pretended language model: same question, same answer, and every way of failing."""

import json
from typing import Any

import httpx
import pytest

from livestream_sell.sandbox.server import SandboxServers

pytestmark = pytest.mark.anyio

COMMENTS = [
    {"id": 1, "text": "A12 x2 por favor"},
    {"id": 2, "text": "¿tienen talla M?"},
    {"id": 3, "text": "ya no lo quiero, cancela"},
    {"id": 4, "text": "hola a todas"},
]


async def ask(sandbox: SandboxServers) -> httpx.Response:
    body: dict[str, Any] = {
        "model": "sandbox-model",
        "messages": [
            {"role": "system", "content": "Classify."},
            {"role": "user", "content": "Comments:\n" + json.dumps({"comments": COMMENTS})},
        ],
    }
    async with httpx.AsyncClient(trust_env=False, verify=False, headers={"authorization": "Bearer k"}) as client:
        return await client.post(f"{sandbox.urls['model']}/v1/chat/completions", json=body)


async def test_it_reads_comments_and_counts_tokens(sandbox: SandboxServers) -> None:
    answer = (await ask(sandbox)).json()

    results = json.loads(answer["choices"][0]["message"]["content"])["results"]
    assert [each["intent"] for each in results] == ["purchase", "question", "cancel", "greeting"]
    assert results[0]["items"] == [{"code": "A12", "quantity": 2}]
    assert answer["usage"]["total_tokens"] == sum(
        answer["usage"][name] for name in ("prompt_tokens", "completion_tokens")
    )


@pytest.mark.parametrize("mode", ["nonsense", "refuse", "invalid_json", "empty"])
async def test_its_ways_of_failing(sandbox: SandboxServers, play: httpx.AsyncClient, mode: str) -> None:
    await play.put("/_sandbox/switches/model", json={"mode": mode})

    content = (await ask(sandbox)).json()["choices"][0]["message"]["content"]

    if mode == "nonsense":
        assert json.loads(content)["results"][0]["intent"] == "banana"
    else:
        with pytest.raises(ValueError):
            json.loads(content)


async def test_rate_limited(sandbox: SandboxServers, play: httpx.AsyncClient) -> None:
    await play.put("/_sandbox/switches/model", json={"rate_limited": True})

    assert (await ask(sandbox)).status_code == 429
