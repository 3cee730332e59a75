"""A message as HTML that mail programs show well, narrow or wide, by day or by night."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from alerts.channels import mailstyle as style
from alerts.channels.headline import headline, subject_of
from alerts.channels.lines import DETAILED, cut_words, further, since
from alerts.notification import Body, BodyAlert
from alerts.wording import printable

LINKS = ("https://", "http://")


def page(body: Body, pictures: Sequence[tuple[str, str]] = ()) -> str:
    """A headline, the worst alerts in full, the others in a list; it says the same as the lines of plain text.

    Pictures are given by their address and what they show in words. They are of the worst alert, and stand by it.
    """
    worst, *others = body["alerts"][:DETAILED]
    blocks = [_detailed(worst, pictures), *(_detailed(alert) for alert in others)]
    if listed := body["alerts"][DETAILED:]:
        blocks.append(_list(listed))
    blocks.append(_foot(body))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f"<title>{_text(headline(body))}</title><style>{style.DARK}</style></head>\n"
        f'<body class="sheet" style="{style.SHEET}">\n'
        f'<table role="presentation" class="sheet" width="100%" cellpadding="0" cellspacing="0" '
        f'style="background:#eef1f4"><tr><td align="center" style="{style.AROUND}">\n'
        f'<table role="presentation" class="paper" cellpadding="0" cellspacing="0" style="{style.PAPER}">\n'
        f"{_head(body)}\n{''.join(blocks)}</table>\n</td></tr></table>\n</body></html>\n"
    )


def _head(body: Body) -> str:
    status, about = headline(body)[1:].split("] ", 1)
    kind = _kind(body["alerts"][0])
    return (
        f'<tr><td class="pad" style="{style.HEAD}"><span style="{style.pill(kind)}">{_text(status)}</span>'
        f'<h1 class="ink" style="{style.TITLE}">{_text(about)}</h1></td></tr>'
    )


def _detailed(alert: BodyAlert, pictures: Iterable[tuple[str, str]] = ()) -> str:
    said = alert["annotations"]
    parts = [
        _paragraph(said["summary"], style.SUMMARY),
        _paragraph(since(alert), style.QUIET, of="quiet"),
        _paragraph(said.get("description", ""), f"{style.TEXT};margin-top:8px"),
        *(_picture(address, words) for address, words in pictures),
        _labelled("Likely cause", said.get("cause", "")),
        *(_labelled(name, text) for name, text in further(alert).items()),
        _links(alert),
        _silence(said.get("silence", "")),
    ]
    return f'<tr><td class="pad line" style="{style.BLOCK}">{"".join(parts)}</td></tr>\n'


def _picture(address: str, words: str) -> str:
    return (
        f'<img src="{escape(address)}" alt="{_text(words)}" width="560" style="{style.PICTURE}">'
        f'<p class="quiet" style="{style.QUIET}">{_text(words)}</p>'
    )


def _links(alert: BodyAlert) -> str:
    found = {
        "Open the dashboard": alert["generatorURL"],
        "Open the runbook": alert["annotations"].get("runbook_url", ""),
    }
    links = [_link(url, text) for text, url in found.items() if url.startswith(LINKS)]
    plain = [url for url in found.values() if url and not url.startswith(LINKS)]
    shown = "&nbsp;&nbsp; ".join([*links, *map(_text, plain)])
    return f'<p style="{style.TEXT};margin-top:12px">{shown}</p>' if shown else ""


def _link(url: str, text: str) -> str:
    return f'<a class="link" href="{escape(printable(url))}" style="{style.LINK}">{_text(text)}</a>'


def _silence(command: str) -> str:
    if not command:
        return ""
    return f'{_label("To silence it for four hours")}<p class="code" style="{style.CODE}">{_text(command)}</p>'


def _labelled(label: str, text: str) -> str:
    return _label(label) + _paragraph(text, style.TEXT) if text else ""


def _label(text: str) -> str:
    return f'<p class="quiet" style="{style.LABEL}">{_text(text)}</p>'


def _paragraph(text: str, look: str, *, of: str = "ink") -> str:
    return f'<p class="{of}" style="{look}">{_text(text)}</p>' if text else ""


def _list(alerts: Sequence[BodyAlert]) -> str:
    rows = "".join(
        f'<tr><td class="ink line" style="{style.LIST_CELL};white-space:nowrap">{_text(alert["status"])}</td>'
        f'<td class="ink line" style="{style.LIST_CELL}">{_summary(alert)}</td></tr>'
        for alert in alerts
    )
    table = f'<table width="100%" cellpadding="0" cellspacing="0">{rows}</table>'
    return f'<tr><td class="pad line" style="{style.BLOCK}">{_label(f"{len(alerts)} more")}{table}</td></tr>\n'


def _summary(alert: BodyAlert) -> str:
    """The summary, as a link to its page where there is one."""
    summary, url = alert["annotations"]["summary"] or subject_of(alert), alert["generatorURL"]
    look = style.LINK.replace("font-weight:600;font-size:14px", "font-weight:400")
    return f'<a class="link" href="{escape(url)}" style="{look}">{_text(summary)}</a>' if url else _text(summary)


def _foot(body: Body) -> str:
    words = f"{cut_words(body)} Sent by Seamark to {body['receiver']}. All times are UTC.".strip()
    return f'<tr><td class="pad line" style="{style.BLOCK}">{_paragraph(words, style.QUIET, of="quiet")}</td></tr>\n'


def _kind(alert: BodyAlert) -> style.Kind:
    if alert["status"] == "resolved":
        return "resolved"
    return "page" if alert["labels"].get("severity") == "page" else "ticket"


def _text(text: str) -> str:
    return escape(printable(text))
