"""An OpenAI-compatible model that reads comments by a few plain rules, the same way every time."""

import json
import re
import time
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from livestream_sell.sandbox.state import SandboxState
from livestream_sell.sandbox.switches import Switches

MODEL_NAME = "sandbox-model"
REFUSAL = "I'm sorry, but I can't help with that."
NONSENSE = '{"results": [{"id": 42, "intent": "banana", "items": "many", "confidence": 7}]}'

GREETING = re.compile(r"\b(hola|buenas|hello|hi|oi|olá|saludos)\b", re.IGNORECASE)
CANCEL = re.compile(r"\b(cancel\w*|ya no|anula\w*|no lo quiero)\b", re.IGNORECASE)
OPT_OUT = re.compile(r"\b(stop|unsubscribe|no me escriban|sair)\b", re.IGNORECASE)
WANTING = re.compile(r"\b(quiero|yo|m[ií]o|mine|sold|want|quero|eu|dame|me llevo)\b|\+ ?\d", re.IGNORECASE)
CODE = re.compile(r"\b((?!x\d)[A-Z]{1,3}-?\d{1,4})\b", re.IGNORECASE)
QUANTITY = re.compile(r"(?:\bx ?|\+ ?)(\d{1,2})\b|\b(\d{1,2})\b(?! ?[a-z]\d)", re.IGNORECASE)


def understand(text: str) -> dict[str, Any]:
    """Intent, items and confidence of one comment."""
    code = CODE.search(text)
    quantity = QUANTITY.search(CODE.sub(" ", text))
    amount = int(next(filter(None, quantity.groups()))) if quantity else 1
    items = [{"code": code.group(1).upper() if code else None, "quantity": amount}]
    if OPT_OUT.search(text):
        return _read("opt_out", 0.95)
    if CANCEL.search(text):
        return _read("cancel", 0.9)
    if "?" in text:
        return _read("question", 0.9)
    if code or WANTING.search(text):
        return _read("purchase", 0.95 if code else 0.8, items)
    return _read("greeting", 0.9) if GREETING.search(text) else _read("other", 0.6)


def _read(intent: str, confidence: float, items: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"intent": intent, "confidence": confidence, "items": items or []}


def answer(prompt: str, mode: str) -> str:
    """The content of the reply to the last user message, in the given mode."""
    if mode == "refuse":
        return REFUSAL
    if mode == "nonsense":
        return NONSENSE
    comments = _comments_of(prompt)
    results = [{"id": each["id"], **understand(each["text"])} for each in comments]
    content = json.dumps({"results": results}, ensure_ascii=False)
    if mode == "invalid_json":
        return content[: len(content) // 2]
    return "" if mode == "empty" else content


def _comments_of(prompt: str) -> list[dict[str, Any]]:
    """The comments of the first JSON value in the message, else the message as one comment."""
    start = min((at for at in (prompt.find("{"), prompt.find("[")) if at >= 0), default=-1)
    if start >= 0:
        try:
            found = json.JSONDecoder().raw_decode(prompt, start)[0]
        except ValueError:
            found = []
        listed = found.get("comments", [found]) if isinstance(found, dict) else found
        return [
            {"id": each.get("id", place), "text": str(each.get("text") or each.get("message") or "")}
            for place, each in enumerate(listed)
            if isinstance(each, dict)
        ]
    return [{"id": 0, "text": prompt}]


class Model:
    def __init__(self, state: SandboxState) -> None:
        self.state = state

    async def complete(self, request: Request) -> Response:
        if not request.headers.get("authorization", "").startswith("Bearer "):
            return _error(401, "invalid_api_key", "You didn't provide an API key.")
        try:
            body = await request.json()
            asked = [message for message in body["messages"] if message["role"] == "user"][-1]
            prompt = _text_of(asked["content"])
        except (ValueError, KeyError, IndexError, TypeError):
            return _error(400, "invalid_request_error", "messages must end with a user message")
        content = answer(prompt, self.state.switches.of("model").mode)
        words = sum(len(_text_of(message["content"])) for message in body["messages"])
        prompt_tokens, completion_tokens = words // 4 + 1, len(content) // 4 + 1
        return JSONResponse(
            {
                "id": f"chatcmpl-{uuid4().hex[:24]}",
                "object": "chat.completion",
                "created": int(time.time()),
                "model": body.get("model", MODEL_NAME),
                "choices": [
                    {
                        "index": 0,
                        "message": {"role": "assistant", "content": content},
                        "finish_reason": "stop",
                    }
                ],
                "usage": {
                    "prompt_tokens": prompt_tokens,
                    "completion_tokens": completion_tokens,
                    "total_tokens": prompt_tokens + completion_tokens,
                },
            }
        )

    async def models(self, _request: Request) -> Response:
        listed = {"id": MODEL_NAME, "object": "model", "created": 1_790_000_000, "owned_by": "sandbox"}
        return JSONResponse({"object": "list", "data": [listed]})


def _text_of(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)


def create_model(state: SandboxState) -> Starlette:
    model = Model(state)
    return Starlette(
        routes=[
            Route("/v1/chat/completions", model.complete, methods=["POST"]),
            Route("/v1/models", model.models),
        ]
    )


def refuse(switches: Switches) -> Response:
    if switches.rate_limited:
        return _error(429, "rate_limit_exceeded", "Rate limit reached for requests")
    return _error(int(switches.error) if switches.error.isdecimal() else 400, switches.error, "sandbox switch")


def _error(status: int, code: str, message: str) -> Response:
    error = {"message": message, "type": code, "param": None, "code": code}
    return JSONResponse({"error": error}, status, {"retry-after": "2"} if status == 429 else None)
