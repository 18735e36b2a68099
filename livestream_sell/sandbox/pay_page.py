"""The page on which a buyer pays at a pretended gateway, and the way back to the shop."""

from dataclasses import dataclass, field
from html import escape

from starlette.responses import HTMLResponse, RedirectResponse, Response


class CannotPay(LookupError):
    """Nothing to pay under this id: unknown, expired, or already decided."""


@dataclass(frozen=True, slots=True)
class WayBack:
    """Where the browser goes after the decision, and what became of the payment."""

    status: str
    url: str
    method: str = "GET"
    fields: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        if not self.url:
            return HTMLResponse(_page("Gracias", "#22c55e", f"<p>{escape(self.status)}</p>"))
        if self.method == "GET":
            return RedirectResponse(self.url, 303)
        inputs = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
            for name, value in self.fields.items()
        )
        form = f'<form id="back" method="post" action="{escape(self.url)}">{inputs}<button>Volver</button></form>'
        return HTMLResponse(_page("Volviendo…", "#0866ff", form + "<script>back.submit()</script>"))


@dataclass(frozen=True, slots=True)
class Choice:
    outcome: str
    label: str
    colour: str


def pay_page(gateway: str, colour: str, title: str, amount: str, action: str, choices: tuple[Choice, ...]) -> Response:
    buttons = "".join(
        f'<button name="outcome" value="{each.outcome}" style="background:{each.colour}">{each.label}</button>'
        for each in choices
    )
    body = (
        f'<p class="title">{escape(title)}</p><p class="amount">{escape(amount)}</p>'
        f'<form method="post" action="{escape(action)}">{buttons}</form>'
        '<p class="note">A pretended gateway on this machine: no money moves.</p>'
    )
    return HTMLResponse(_page(gateway, colour, body))


def gone_page(gateway: str, why: str) -> Response:
    return HTMLResponse(_page(gateway, "#71717a", f'<p class="title">{escape(why)}</p>'), 404)


def _page(heading: str, colour: str, body: str) -> str:
    return f"""<!doctype html><html lang="es"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(heading)} · sandbox</title>
<style>
*{{box-sizing:border-box;margin:0}}
body{{font:16px/1.5 system-ui,sans-serif;background:#f4f4f5;color:#18181b;min-height:100vh;
display:grid;place-items:center;padding:16px}}
main{{background:#fff;border-radius:20px;width:100%;max-width:400px;overflow:hidden;
box-shadow:0 12px 40px #0002}}
header{{background:{colour};color:#fff;font-weight:700;font-size:20px;padding:20px 24px}}
section{{padding:24px;text-align:center}}
.title{{color:#52525b}}.amount{{font-size:34px;font-weight:750;letter-spacing:-.02em;margin:4px 0 20px}}
button{{display:block;width:100%;border:0;border-radius:12px;color:#fff;font:600 17px system-ui;
padding:15px;margin-top:10px;cursor:pointer}}button:hover{{filter:brightness(1.08)}}
button:focus-visible{{outline:3px solid #0866ff;outline-offset:2px}}
.note{{color:#71717a;font-size:13px;margin-top:20px}}
</style><main><header>{escape(heading)}</header><section>{body}</section></main></html>"""
