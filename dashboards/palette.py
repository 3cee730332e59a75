"""Colours that colour-blind people tell apart (Okabe and Ito 2008), each with one sense throughout."""

from __future__ import annotations

INK = "#1f2933"
QUIET = "#6b7785"
EMPTY = "#ffffff"
GRID = "#e8ecf0"
CURRENT = "#0072b2"
REFERENCE = "#a7b1bc"
PAGE = "#c2410c"
TICKET = "#b7791f"
FINE = "#00785a"
NOTHING = "#6b7785"
FAILING = "#7b4fa3"
NO_VALUE = "#dfe4ea"
BELOW_LIMIT = ("#f1f6fa", "#cfe1ef", "#8dbbdb")
ABOVE_LIMIT = ("#fbc98b", "#e8853a", "#a63a00")
NO_LIMIT = ("#f1f6fa", "#cfe1ef", "#8dbbdb", "#4f97c6", "#1f6ea5", "#0b4a75")
FONT = "Source Sans, Source Sans Pro, Segoe UI, sans-serif"
