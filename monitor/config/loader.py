"""From a file to settings, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from monitor.config import schema
from monitor.config.changes import Change, changed
from monitor.config.context import Context
from monitor.config.cut import Cutter
from monitor.config.defaults import rules_as_written
from monitor.config.faults import Found, dotted
from monitor.config.messages import translate
from monitor.config.part import Part
from monitor.config.settings import Settings
from monitor.config.tree import Tree, read_tree
from monitor.errors import ConfigError, Fault

Kind = TypeVar("Kind", bound=Part)


def load(path: Path, *, environment: Mapping[str, str], changes: Sequence[Change] = ()) -> Settings:
    """Read a configuration, with changes that are tried out.

    Relative paths in it start in its folder. Raises ConfigError with every fault at once.
    """
    text = text_of(
        path, nothing_there="there is no such file; --config names another, and the README shows one in ten lines"
    )
    return read(text, file=str(path), folder=path.parent, environment=environment, changes=changes)


def read(
    text: str, *, file: str, folder: Path, environment: Mapping[str, str], changes: Sequence[Change] = ()
) -> Settings:
    """Read a configuration out of a text; `file` is what its faults call it.

    What is wrong with the text itself is said before the changes are looked at.
    """

    def context() -> Context:
        return Context(environment=environment, folder=folder)

    settings = read_as(Settings, schema.top(), text, file=file, context=context())
    if not changes:
        return settings
    defaults = rules_as_written(settings.models)
    return _read_tree(Settings, schema.top(), changed(read_tree(text), changes, defaults), file, context())


def text_of(path: Path, *, nothing_there: str) -> str:
    """What stands in a file; raises ConfigError where it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        message = nothing_there
    except IsADirectoryError:
        message = "is a folder, not a file"
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        message = "is not text in UTF-8"
    raise ConfigError([Fault(str(path), None, "", message)])


def read_as(kind: type[Kind], known: Sequence[schema.Schema], text: str, *, file: str, context: object) -> Kind:
    """Read a text as one kind of part, whose schema tells which keys are known where."""
    return _read_tree(kind, known, read_tree(text), file, context)


def _read_tree(kind: type[Kind], known: Sequence[schema.Schema], tree: Tree, file: str, context: object) -> Kind:
    found = _shape_faults(tree)
    part = None
    if not found:
        part, found = _read_part(kind, known, tree, context)
    if part is None or found:
        raise ConfigError(_faults(found, tree, file))
    return part


def _shape_faults(tree: Tree) -> list[Found]:
    """What leaves nothing to read."""
    if isinstance(tree.value, dict):
        return []
    if tree.faults:
        return list(tree.faults)
    if tree.value is None:
        return [Found((), "the file is empty", line=1)]
    return [Found((), "should be a mapping of keys to values")]


def _read_part(
    kind: type[Kind], known: Sequence[schema.Schema], tree: Tree, context: object
) -> tuple[Kind | None, list[Found]]:
    cutter = Cutter()
    value = cutter.cut(tree.value, (), known)
    part = None
    found = cutter.faults
    try:
        part = kind.model_validate(value, context=context)
    except ValidationError as error:
        found = [*found, *translate(error, value, cutter.stood_for)]
    # Of what could not even be read, nothing more is said.
    return part, [*tree.faults, *(it for it in found if it.path not in tree.unread)]


def _faults(found: Iterable[Found], tree: Tree, file: str) -> list[Fault]:
    """In the order of the file; of several faults at one place with the same words, one."""
    faults = {_fault(it, tree, file): None for it in found}
    return sorted(faults, key=lambda fault: fault.line or 0)


def _fault(found: Found, tree: Tree, file: str) -> Fault:
    origin = tree.origin(found.path)
    if origin is not None:
        return Fault(origin, None, dotted(found.path), found.message)
    return Fault(file, found.line or tree.line(found.path), dotted(found.path), found.message)
