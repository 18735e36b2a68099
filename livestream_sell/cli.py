"""`livestream-sell`: one command each; nothing is imported before the command that needs it."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import typer

from livestream_sell.core.errors import AppError
from livestream_sell.core.settings import SettingsError

app = typer.Typer(
    name="livestream-sell",
    help="Sell from the comments of a live video.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@contextmanager
def _sentences() -> Iterator[None]:
    """What a person can mend is said in one sentence and ends with status 1; all else is a bug with its trace."""
    from livestream_sell.commands.terminal import Refused, complain

    try:
        yield
    except (SettingsError, AppError, Refused) as problem:
        complain(str(problem))
        raise typer.Exit(1) from None


def _await(work: Coroutine[Any, Any, None]) -> None:
    import uvloop

    with _sentences(), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


@app.command()
def run(
    port: Annotated[int | None, typer.Option(help="Port of the web server (PORT, 8000).")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on (HOST, 127.0.0.1).")] = None,
    sandbox: Annotated[bool, typer.Option(help="Pretend Meta and gateways, in development.")] = True,
    web_only: Annotated[bool, typer.Option("--web-only", help="Leave the work to `livestream-sell worker`.")] = False,
) -> None:
    """Start everything and serve until Ctrl-C."""
    from livestream_sell.commands.run import RunOptions
    from livestream_sell.commands.run import run as run_everything

    _await(run_everything(RunOptions(host=host, port=port, sandbox=sandbox, worker=not web_only)))


@app.command()
def worker() -> None:
    """Run one worker process; start as many as you like, on any machine."""
    from livestream_sell.commands.work import work

    _await(work())


@app.command()
def sandbox(
    follow: Annotated[bool, typer.Option("--follow", hidden=True, help="End when standard input closes.")] = False,
) -> None:
    """Serve the pretend Meta, gateways and model provider alone."""
    from livestream_sell.commands.sandbox import serve_until_stopped

    serve_until_stopped(follow=follow)


@app.command()
def demo(
    rate: Annotated[int, typer.Option(min=1, help="Comments a minute.")] = 300,
    minutes: Annotated[float, typer.Option(min=0, help="How long.")] = 2,
    seed: Annotated[int, typer.Option(help="The same seed plays the same show.")] = 1,
) -> None:
    """Play a whole show of mixed comments through the sandbox of a running program."""
    from livestream_sell.commands.sandbox import play_show

    _await(play_show(rate=rate, minutes=minutes, seed=seed))


@app.command()
def understand(
    catalog: Annotated[Path, typer.Option(help='JSON: {"locale", "currency", "products": [{"sku", "name", ...}]}.')],
    source: Annotated[
        Path | None, typer.Option("--in", help='Lines of {"id", "text", "featured"?, "locale"?}.')
    ] = None,
    target: Annotated[Path | None, typer.Option("--out", help="Where the decisions go, one a line.")] = None,
    engine: Annotated[
        Literal["local", "model"], typer.Option(help="model: ask LLM_MODEL where the local engine is unsure.")
    ] = "local",
) -> None:
    """Say what the comments of a file mean, to rehearse with a past show."""
    from livestream_sell.commands.understand import understand_file

    with _sentences():
        if engine == "local":
            understand_file(catalog, source, target)
            return
        from livestream_sell.commands.understand_model import second_opinions

        with second_opinions() as decide:
            understand_file(catalog, source, target, decide)


@app.command()
def evaluate(
    others: Annotated[
        Path, typer.Option(help="Folder of comments that nobody of this project wrote; left out where it is absent.")
    ] = Path("../shared/evaluation"),
    picture: Annotated[Path | None, typer.Option(help="Draw the figures into this SVG file.")] = None,
    part: Annotated[
        Literal["report", "dev", "all"], typer.Option(help="Which half of the labelled comments.")
    ] = "report",
    labelled: Annotated[
        Path | None, typer.Option(help="Measure this folder alone, such as one of `livestream-sell corrections`.")
    ] = None,
) -> None:
    """Measure the local engine: precision, recall and F1 by intent and language, items, confusion, speed."""
    from livestream_sell.commands.terminal import say
    from livestream_sell.intent.evaluation import report

    with _sentences():
        say(report(others, picture, part, labelled))


@app.command()
def corrections(
    store: Annotated[UUID, typer.Option(help="The id of the store.")],
    out: Annotated[Path, typer.Option(help="The folder for dev.jsonl, report.jsonl and the catalogue.")],
    learned: Annotated[
        bool, typer.Option("--learned", help="With the words that the bot learned of these corrections.")
    ] = False,
) -> None:
    """Write what a seller corrected as labelled comments, to train on and to measure."""
    from livestream_sell.commands.corrections import export

    _await(export(store, out, learned=learned))


@app.command()
def migrate(
    check: Annotated[bool, typer.Option("--check", help="Fail when the models are ahead of the migrations.")] = False,
    write: Annotated[str, typer.Option(help="Write a migration with this message.")] = "",
) -> None:
    """Bring the database up to date."""
    from livestream_sell.commands import migrations
    from livestream_sell.commands.infrastructure import with_infrastructure

    if check:
        _await(migrations.check())
    elif write:
        _await(with_infrastructure(lambda: migrations.write(write)))
    else:
        _await(with_infrastructure(migrations.migrate))


@app.command()
def seed() -> None:
    """Fill the demo shop into an empty database."""
    from livestream_sell.commands.seed import seed_and_tell

    _await(seed_and_tell())


@app.command()
def openapi(
    check: Annotated[bool, typer.Option("--check", help="Fail when docs/openapi.json is outdated.")] = False,
) -> None:
    """Write docs/openapi.json."""
    from livestream_sell.commands.openapi import check_snapshot, write_snapshot

    with _sentences():
        if check:
            check_snapshot()
        else:
            write_snapshot()


@app.command()
def bench(
    only: Annotated[str, typer.Option(help="Run the figures whose name contains this.")] = "",
    long: Annotated[bool, typer.Option("--long", help="Measure longer.")] = False,
) -> None:
    """Measure the figures of docs/performance.md on this machine."""
    from livestream_sell.commands.bench import run_benchmarks

    with _sentences():
        run_benchmarks(only, long=long)


if __name__ == "__main__":
    app()
