"""The whole program for a test: servers of its own, the sandbox, the webhook over HTTP, workers as processes."""

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from livestream_sell.core.settings import get_settings
from livestream_sell.sandbox.server import SandboxServers

NOW = 1_795_000_000


def webhook_body(comments: list[tuple[str, str, str]], *, page: str = "1001", post: str = "1001_5550001") -> bytes:
    """A POST as Meta sends it: (comment id, buyer, words) each as one change, unicode escaped."""
    changes = [
        {
            "field": "feed",
            "value": {
                "item": "comment", "verb": "add", "from": {"id": buyer, "name": f"Ana {buyer}"}, "post_id": post,
                "parent_id": post, "comment_id": comment_id, "created_time": NOW + number, "message": words,
                "post": {"id": post, "status_type": "added_video"},
            },
        }
        for number, (comment_id, buyer, words) in enumerate(comments)
    ]  # fmt: skip
    entry = {"id": page, "time": int(time.time()), "changes": changes}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def signed(body: bytes) -> dict[str, str]:
    """The header that proves `body` to come from Meta."""
    secret = get_settings().fb_app_secret.get_secret_value().encode()
    return {"X-Hub-Signature-256": f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"}


async def post_webhook(client: httpx.AsyncClient, body: bytes) -> bool:
    """Whether the product took it; anything but 200 means that Meta would send it again."""
    try:
        answer = await client.post("/api/v1/webhooks/facebook", content=body, headers=signed(body))
    except httpx.HTTPError:
        return False
    return answer.status_code == 200


def kill_server(home: Path, name: str) -> None:
    """kill -9 of the embedded `postgres` or `valkey` of this data folder."""
    os.kill(json.loads((home / "servers.json").read_text())[name]["pid"], signal.SIGKILL)


@dataclass
class Workers:
    """Worker processes: the program's own command, with this process's environment."""

    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    log: Path | None = None

    def start(self) -> subprocess.Popen[bytes]:
        output: Any = self.log.open("ab") if self.log else subprocess.DEVNULL
        process = subprocess.Popen(
            [sys.executable, "-m", "livestream_sell.cli", "worker"], stdout=output, stderr=output, env=os.environ.copy()
        )
        self.running.append(process)
        return process

    def stop(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()


def sends_by_comment(sandbox: SandboxServers) -> Counter[str]:
    """Count what the Graph API took and answered with success, as `public <comment>` and `private <comment>`."""
    counted: Counter[str] = Counter()
    for entry in sandbox.state.log.entries("graph"):
        if entry["method"] != "POST" or entry["status"] != 200:
            continue
        place = entry["path"].strip("/").split("/")
        if place[-1] == "comments":
            counted[f"public {place[-2]}"] += 1
        elif place[-1] == "messages" and "comment_id" in entry["body"].get("recipient", {}):
            counted[f"private {entry['body']['recipient']['comment_id']}"] += 1
    return counted
