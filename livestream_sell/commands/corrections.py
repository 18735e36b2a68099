"""`livestream-sell corrections`: what a seller corrected, as a folder that `evaluate --labelled` measures."""

from pathlib import Path
from uuid import UUID

import livestream_sell.models  # noqa: F401  (every table, so that foreign keys resolve)
from livestream_sell.commands.infrastructure import with_infrastructure
from livestream_sell.commands.terminal import Refused, say
from livestream_sell.core.db import transaction
from livestream_sell.sales.correction_export import LabelledSet, labelled_set


async def export(store_id: UUID, folder: Path, *, learned: bool) -> None:
    """Write the files into `folder`, in place of those of an earlier time."""

    async def command() -> None:
        async with transaction() as session:
            found = await labelled_set(session, store_id, learned=learned)
        _write(found, folder)
        _tell(found, folder)

    await with_infrastructure(command)


def _write(found: LabelledSet, folder: Path) -> None:
    try:
        for path, content in found.files().items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    except OSError as error:
        raise Refused(f"{error.filename} cannot be written: {error.strerror}.") from error


def _tell(found: LabelledSet, folder: Path) -> None:
    counts = {half: len(lines) for half, lines in found.lines.items()}
    say(f"{sum(counts.values())} corrections in {folder}: {counts['dev']} to tune on, {counts['report']} to report on.")
    if found.left_out:
        say(f"{found.left_out} left out: their products have other codes now.")
    if any(counts.values()):
        say(f"Measure them: livestream-sell evaluate --labelled {folder} --part all")
