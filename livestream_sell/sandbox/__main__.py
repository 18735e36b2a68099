"""`python -m livestream_sell.sandbox`: the pretended world in the foreground."""

import asyncio

from livestream_sell.sandbox.config import SandboxConfig
from livestream_sell.sandbox.server import serve

if __name__ == "__main__":
    asyncio.run(serve(SandboxConfig.from_env()))
