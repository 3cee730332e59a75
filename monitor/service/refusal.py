"""Whether the configuration's file was written since with something that cannot be taken over."""

from __future__ import annotations

from pathlib import Path

from monitor.config.settings import Settings
from monitor.errors import ConfigError
from monitor.service.configfile import ConfigFile
from monitor.service.settings import read_settings

FAULTS = "{} was written with faults, so the old one stays in force; `seamark validate` names them"
ANOTHER_STORE = "{} names another store, so the old one stays in force: that is only taken at a start"


class Refusal:
    """Looks at the file itself, so it knows in whatever process it is; of the faults it says nothing that is secret."""

    def __init__(self, config: Path, settings: Settings) -> None:
        self._file = ConfigFile(config)
        self._store = settings.store.reveal()
        self._said = ""

    def __call__(self) -> str:
        """Why the file as it stands is not in force, or nothing; it is read only where it was written."""
        if self._file.has_changed():
            self._said = self._look()
        return self._said

    def _look(self) -> str:
        try:
            settings = read_settings(self._file.path)
        except ConfigError:
            return FAULTS.format(self._file.path.name)
        return "" if settings.store.reveal() == self._store else ANOTHER_STORE.format(self._file.path.name)
