"""The store as a data source of Grafana."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa

from dashboards.grafana.board import POSTGRESQL, SOURCE_NAME, SOURCE_UID, Json
from dashboards.grafana.connection import GrafanaError

SSL_MODES = frozenset({"disable", "require", "verify-ca", "verify-full"})
WITHOUT_SSL = frozenset({"", "allow", "prefer"})  # Grafana has no mode that tries both


@dataclass(frozen=True, slots=True)
class DataSource:
    """A PostgreSQL database as Grafana reaches it; its user should be one that may only read the views."""

    host: str
    database: str
    user: str
    password: str = field(default="", repr=False)
    port: int = 5432
    ssl_mode: str = "disable"
    name: str = SOURCE_NAME

    @classmethod
    def of_store(cls, url: str) -> DataSource:
        """The data source that reads the store at a SQLAlchemy URL.

        >>> DataSource.of_store("postgresql+psycopg://reader:secret@db:5433/seamark?sslmode=require")
        DataSource(host='db', database='seamark', user='reader', port=5433, ssl_mode='require', name='Seamark')
        """
        try:
            parsed = sa.make_url(url)
        except sa.exc.ArgumentError:
            raise GrafanaError("the store is no SQLAlchemy URL", permanent=True) from None
        kind = parsed.get_backend_name()
        if kind != "postgresql":
            raise GrafanaError(
                f"Grafana reads a store on PostgreSQL, and this one is {kind}: use Streamlit, or move it",
                permanent=True,
            )
        if not parsed.host or not parsed.database:
            raise GrafanaError("the store's URL must name host and database, for Grafana to find it", permanent=True)
        return cls(
            host=parsed.host,
            port=parsed.port or 5432,
            database=parsed.database,
            user=parsed.username or "",
            password=parsed.password or "",
            ssl_mode=_ssl_mode(parsed.query.get("sslmode", "")),
        )

    def body(self) -> dict[str, Json]:
        """The data source as Grafana's API takes it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return {
            "uid": SOURCE_UID,
            "name": self.name,
            "type": POSTGRESQL,
            "access": "proxy",
            "url": f"{host}:{self.port}",
            "user": self.user,
            "isDefault": False,
            "jsonData": {
                "database": self.database,
                "sslmode": self.ssl_mode,
                "postgresVersion": 1500,
                "timescaledb": False,
                "maxOpenConns": 10,
                "maxIdleConns": 2,
            },
            "secureJsonData": {"password": self.password},
        }


def _ssl_mode(asked: str | tuple[str, ...]) -> str:
    mode = asked if isinstance(asked, str) else asked[-1]
    if mode in WITHOUT_SSL:
        return "disable"
    if mode in SSL_MODES:
        return mode
    raise GrafanaError(f"the store's sslmode {mode} is not known", permanent=True)
