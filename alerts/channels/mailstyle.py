"""How mails look: inline styles, because mail programs read little else; dark colours for those that ask for them."""

from __future__ import annotations

from typing import Literal

Kind = Literal["page", "ticket", "resolved"]

FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
MONO = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace"
COLOURS: dict[Kind, str] = {"page": "#b93a0a", "ticket": "#96620f", "resolved": "#00694f"}

SHEET = f"margin:0;padding:0;width:100%;background:#eef1f4;{FONT};-webkit-text-size-adjust:100%"
AROUND = "padding:16px 8px"
PAPER = "width:100%;max-width:600px;background:#ffffff;border-radius:8px;border-collapse:separate"
BLOCK = "padding:16px 20px;border-top:1px solid #e3e8ed"
HEAD = "padding:18px 20px"
TITLE = "margin:8px 0 0;font-size:19px;line-height:1.35;font-weight:600;color:#1f2933;overflow-wrap:anywhere"
QUIET = "margin:4px 0 0;font-size:13px;line-height:1.45;color:#5b6773;overflow-wrap:anywhere"
SUMMARY = "margin:0 0 6px;font-size:15px;line-height:1.4;font-weight:600;color:#1f2933;overflow-wrap:anywhere"
TEXT = "margin:0 0 8px;font-size:14px;line-height:1.5;color:#1f2933;overflow-wrap:anywhere"
LABEL = "margin:10px 0 3px;font-size:12px;line-height:1.4;font-weight:600;color:#5b6773"
CODE = (
    f"margin:0;padding:8px 10px;background:#f3f5f7;border-radius:4px;{MONO};font-size:12px;line-height:1.5;"
    "color:#1f2933;white-space:pre-wrap;overflow-wrap:anywhere;word-break:break-word"
)
LINK = "color:#005a8f;text-decoration:underline;font-weight:600;font-size:14px"
PICTURE = "display:block;width:100%;max-width:560px;height:auto;border:0;border-radius:4px;margin:10px 0 2px"
LIST_CELL = (
    "padding:6px 8px 6px 0;border-top:1px solid #e3e8ed;font-size:13px;line-height:1.4;color:#1f2933;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere"
)

DARK = """
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .sheet { background: #12171c !important; }
  .paper { background: #1c232a !important; }
  .ink { color: #e6ebf0 !important; }
  .quiet { color: #a3afba !important; }
  .line { border-color: #313b45 !important; }
  .code { background: #12171c !important; color: #e6ebf0 !important; }
  .link { color: #7cc0ee !important; }
}
@media (max-width: 480px) {
  .pad { padding-left: 14px !important; padding-right: 14px !important; }
}
"""


def pill(kind: Kind) -> str:
    """The badge of a status; white on a colour that is dark enough for it, by day and by night."""
    return (
        f"display:inline-block;padding:3px 9px;border-radius:10px;background:{COLOURS[kind]};color:#ffffff;"
        "font-size:12px;line-height:1.3;font-weight:700;letter-spacing:.3px"
    )
