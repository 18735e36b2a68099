"""What the build needs beyond Reflex: the seller's texts as a script, and addresses that fit any port."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reflex.plugins import Plugin

from livestream_sell.ui.catalogue import seller_messages

# Reflex bakes "ws://localhost:8000/_event" and its like into one small script.
_BAKED_URL = re.compile(r"""(["'`])(ws|http)://(?:localhost|0\.0\.0\.0|127\.0\.0\.1):\d+(/[\w/-]*)\1""")
_SCRIPT = """const M={messages};
export function t(locale,key,values){{
  const text=(M[locale]||M.es)[key]??key;
  return values?text.replace(/\\{{(\\w+)\\}}/g,(all,name)=>values[name]??all):text;
}}
"""


def same_origin(script: str) -> str:
    """Return `script` with each baked local address replaced by an expression on the page's own origin."""

    def address(match: re.Match[str]) -> str:
        scheme, path = match[2], match[3]
        fallback = f'"{scheme}://localhost"'
        return f'((typeof window>"u"?{fallback}:location.origin.replace(/^http/,"{scheme}"))+"{path}")'

    return _BAKED_URL.sub(address, script)


class FrontendPlugin(Plugin):
    """Hooks into the Reflex build."""

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:  # noqa: ARG002
        """Return `i18n.js`, which `ui.i18n.t` calls in the browser."""
        messages = json.dumps(seller_messages(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return [(Path("public/i18n.js"), _SCRIPT.format(messages=messages))]

    def post_build(self, **context: Any) -> None:
        """Make the built scripts reach whatever origin served them, before they are compressed."""
        static_dir: Path = context["static_dir"]
        patched = 0
        for script in (static_dir / "assets").glob("*.js"):
            before = script.read_text(encoding="utf-8")
            after = same_origin(before)
            if after != before:
                script.write_text(after, encoding="utf-8")
                patched += 1
        if not patched:
            raise RuntimeError("The build holds no baked address: Reflex has changed, see ui/frontend_plugin.py.")
