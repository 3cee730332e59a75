"""The boards as Grafana's own TypeScript declarations want them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from dashboards.grafana.catalogue import BOARDS, as_json, boards

PACKAGES = ("@grafana/schema@13.2.3", "typescript@5.9.3")
KINDS = {
    "timeseries": "TimeSeriesPanelCfg",
    "state-timeline": "StateTimelinePanelCfg",
    "barchart": "BarChartPanelCfg",
    "table": "TablePanelCfg",
    "stat": "StatPanelCfg",
}
SECONDS = 120
SETTINGS = ("--noEmit", "--strict", "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler")

# Grafana declares words as enums, which JSON cannot name: `Plain` takes any of their texts instead. The queries
# are those of the PostgreSQL plugin, which the package does not declare.
DECLARATIONS = """
import type { AnnotationQuery, Dashboard, DataQuery } from "@grafana/schema";
type Plain<T> = T extends string ? `${T}` : T extends number | boolean | null | undefined ? T
  : T extends Array<infer One> ? Array<Plain<One>> : T extends object ? { [Name in keyof T]: Plain<T[Name]> } : T;
type Sql = DataQuery & { format: "table" | "time_series", editorMode: "code", rawQuery: true, rawSql: string };
type Board = Plain<Omit<Dashboard, "annotations"> & { annotations: { list: Array<AnnotationQuery<Sql>> } }>;
"""
FAULTS = {
    "number_as_text": ('"schemaVersion": 41', '"schemaVersion": "41"'),
    "unknown_option": ('"showHeader"', '"showheader"'),
    "unknown_word": ('"single"', '"one"'),
    "unknown_format": ('"format": "table"', '"format": "tables"'),
}


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Grafana's declarations and a TypeScript compiler in it."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are not installed")
    folder = tmp_path_factory.mktemp("grafana_schema")
    command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm did not install {PACKAGES[0]} in {SECONDS} s")
    if done.returncode != 0:
        pytest.skip(f"npm cannot install {PACKAGES[0]}: {done.stderr.strip()[-200:]}")
    return folder


def checked(name: str) -> str:
    """A board and the settings of each of its panels, held against the declarations."""
    lines = [DECLARATIONS]
    for kind, file in KINDS.items():
        path = f"@grafana/schema/dist/esm/raw/composable/{kind.replace('-', '')}/panelcfg/x/{file}_types.gen"
        lines.append(f'import type * as {file} from "{path}";')
    board = boards()[name]
    lines.append(f"export const board = {as_json(board).strip()} satisfies Board;")
    panels = board["panels"]
    assert isinstance(panels, list)
    for panel in panels:
        if panel["type"] != "row":
            file = KINDS[panel["type"]]
            options = as_json(panel["options"]).strip()
            lines.append(f"export const options_{panel['id']} = {options} satisfies Plain<{file}.Options>;")
            if file != "StatPanelCfg":  # a stat has no settings of its own for fields
                custom = as_json(panel["fieldConfig"]["defaults"]["custom"]).strip()
                lines.append(
                    f"export const custom_{panel['id']} = {custom} satisfies Plain<Partial<{file}.FieldConfig>>;"
                )
    return "\n".join(lines)


@pytest.fixture(scope="module")
def complaints(workshop: Path) -> dict[str, list[str]]:
    """What the compiler says of each board, and of boards with a fault put in."""
    sources = {name: checked(name) for name in BOARDS}
    for fault, (right, wrong) in FAULTS.items():
        assert right in sources["model"]
        sources[fault] = sources["model"].replace(right, wrong)
    for name, source in sources.items():
        (workshop / f"{name}.ts").write_text(source, encoding="utf-8")
    done = subprocess.run(
        [str(workshop / "node_modules" / ".bin" / "tsc"), *SETTINGS, *(f"{name}.ts" for name in sources)],
        cwd=workshop,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    lines = (done.stdout + done.stderr).splitlines()
    assert all(line.startswith((" ", *(f"{name}.ts(" for name in sources))) for line in lines), lines[:3]
    return {name: [line for line in lines if line.startswith(f"{name}.ts(")] for name in sources}


@pytest.mark.parametrize("name", list(BOARDS))
def test_a_board_fits_the_declarations(complaints: dict[str, list[str]], name: str) -> None:
    assert complaints[name] == []


@pytest.mark.parametrize("fault", list(FAULTS))
def test_a_fault_in_a_board_would_be_found(complaints: dict[str, list[str]], fault: str) -> None:
    assert complaints[fault]
