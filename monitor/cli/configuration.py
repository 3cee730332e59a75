"""`validate`, `schema` and `migrate`: before the first window."""

from __future__ import annotations

import json

import typer

from monitor.cli.console import CONFIG, OUTPUT, ConfigOption


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example: seamark validate --config seamark.yaml")(validate)
    app.command(epilog="Example: seamark schema > seamark.schema.json")(schema)
    app.command(epilog="Example: seamark migrate --config seamark.yaml")(migrate)


def validate(config: ConfigOption = CONFIG) -> None:
    """Check the configuration, then connect: tables, columns, types, time columns, the reference."""
    from monitor.service.check import check_world
    from monitor.service.settings import read_settings

    settings = read_settings(config)
    OUTPUT.print(f"{config}: the configuration is well formed", highlight=False, soft_wrap=True)
    for line in check_world(settings, config):
        OUTPUT.print(line, markup=False, highlight=False, soft_wrap=not OUTPUT.is_terminal)
    OUTPUT.print("All is well.", highlight=False)


def schema() -> None:
    """Print the JSON Schema of seamark.yaml, for editors to complete and check it."""
    from monitor.config import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))


def migrate(config: ConfigOption = CONFIG) -> None:
    """Make the store's tables and views, or bring them to this version."""
    from monitor.service.settings import read_settings
    from monitor.store.database import migrate as bring_up_to_date
    from monitor.store.database import open_store, store_version

    store = open_store(read_settings(config).store.reveal())
    before = store_version(store)
    bring_up_to_date(store)
    after = store_version(store)
    OUTPUT.print(
        f"The store {store.url.render_as_string(hide_password=True)} has schema version {after}"
        + (", as before." if before == after else f" (was {before or 'empty'})."),
        highlight=False,
        soft_wrap=True,
    )
