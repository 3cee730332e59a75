"""Posts a body to a URL once and says what the answer means."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from alerts.channels.address import Resolve, allowed_addresses
from alerts.channels.channel import DeliveryError

TIME_OUT = timedelta(seconds=10)
LARGEST_ANSWER = 65_536
TRY_AGAIN = frozenset((408, 425, 429))


def post(
    url: httpx.URL,
    body: bytes,
    headers: Mapping[str, str],
    *,
    time_out: timedelta,
    now: Callable[[], datetime],
    resolve: Resolve,
) -> None:
    """Hand over a body; DeliveryError unless the answer is 2xx.

    No text of an error holds more of the URL than its host: the path of a webhook is often its secret. For the
    same reason this is below httpx's client, which logs whole URLs. The connection goes to the very address
    that was looked at, so a name cannot change its mind in between; redirects and proxies are not followed.
    Certificates are checked against the name, with the authorities of `SSL_CERT_FILE` if that is set.
    """
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    addresses = allowed_addresses(url.raw_host.decode("ascii"), port, resolve)
    for number, address in enumerate(addresses, start=1):
        try:
            answer = _exchange(_request(url, address, body, headers, time_out), time_out)
        except httpx.ConnectError as error:
            if number == len(addresses):
                raise DeliveryError(f"{url.host}:{port} cannot be reached: {error}", permanent=False) from error
        except httpx.TimeoutException as error:
            message = f"{url.host}:{port} did not answer within {time_out.total_seconds():g} s"
            raise DeliveryError(message, permanent=False) from error
        except httpx.TransportError as error:
            raise DeliveryError(f"{url.host}:{port} broke off: {error}", permanent=False) from error
        else:
            _judge(answer, url.host, now())
            return


def _request(
    url: httpx.URL, address: str, body: bytes, headers: Mapping[str, str], time_out: timedelta
) -> httpx.Request:
    """A request to an address in the name of the URL's host."""
    return httpx.Request(
        "POST",
        url.copy_with(host=address, username="", password=""),
        headers={**headers, "Host": url.netloc.decode("ascii"), "User-Agent": "seamark"},
        content=body,
        extensions={
            "timeout": httpx.Timeout(time_out.total_seconds()).as_dict(),
            "sni_hostname": url.raw_host.decode("ascii"),
        },
    )


def _exchange(request: httpx.Request, time_out: timedelta) -> httpx.Response:
    with httpx.HTTPTransport() as transport:
        answer = transport.handle_request(request)
        _read_some(answer, time.monotonic() + time_out.total_seconds())
        return answer


def _read_some(answer: httpx.Response, deadline: float) -> None:
    """Let the receiver finish its answer, within limits; what it says after its status is not needed."""
    read = 0
    try:
        for part in answer.iter_raw():
            read += len(part)
            if read > LARGEST_ANSWER or time.monotonic() > deadline:
                break
    except httpx.TransportError:
        pass  # the status came, and it alone says whether the message arrived
    finally:
        answer.close()


def _judge(answer: httpx.Response, host: str, now: datetime) -> None:
    status = answer.status_code
    if answer.is_success:
        return
    is_temporary = status in TRY_AGAIN or status >= 500
    raise DeliveryError(
        f"{host} answered {status} {httpx.codes.get_reason_phrase(status)}",
        permanent=not is_temporary,
        retry_after=retry_after(answer.headers.get("Retry-After", ""), now) if is_temporary else None,
    )


def retry_after(text: str, now: datetime) -> timedelta | None:
    """What a Retry-After header asks for: seconds or a date; None if it says nothing that is understood.

    >>> retry_after("120", datetime(2013, 6, 3, tzinfo=UTC))
    datetime.timedelta(seconds=120)
    >>> retry_after("Mon, 03 Jun 2013 00:01:00 GMT", datetime(2013, 6, 3, tzinfo=UTC))
    datetime.timedelta(seconds=60)
    >>> retry_after("soon", datetime(2013, 6, 3, tzinfo=UTC))
    """
    try:
        if text.strip().isdecimal():
            return timedelta(seconds=int(text))
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:  # a date of the zone -0000, which means UTC
        moment = moment.replace(tzinfo=UTC)
    return max(moment - now, timedelta(0))
