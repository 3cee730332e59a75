"""Runs the migrations on the connection that `migrate` hands over, then makes the views anew."""

from __future__ import annotations

from alembic import context

from monitor.store.tables import METADATA
from monitor.store.views import drop_views, replace_views

connection = context.config.attributes["connection"]
drop_views(connection)
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
replace_views(connection)
