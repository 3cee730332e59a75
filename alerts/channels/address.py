"""Which machines a message may be sent to."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from alerts.channels.channel import DeliveryError

Resolve = Callable[[str, int], list[str]]

# What answers there gives credentials of the machine to anybody who asks.
METADATA = frozenset((ip_address("100.100.100.200"), ip_address("fd00:ec2::254"), ip_address("192.0.0.192")))
NAT64 = ip_network("64:ff9b::/96")


def system_addresses(host: str, port: int) -> list[str]:
    """The addresses of a host as the system finds them, best first."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def allowed_addresses(host: str, port: int, resolve: Resolve) -> list[str]:
    """The addresses of a host; refused if one of them is link-local or a cloud's metadata.

    >>> allowed_addresses("hook.example.org", 443, lambda host, port: ["127.0.0.1"])
    ['127.0.0.1']
    """
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise DeliveryError(f"{host} has no address: {error}", permanent=False) from error
    if not addresses:
        raise DeliveryError(f"{host} has no address", permanent=False)
    for address in addresses:
        if is_refused(address):
            raise DeliveryError(f"{host} is at {address}, where no message may go", permanent=True)
    return addresses


def is_refused(address: str) -> bool:
    """Whether no message may go there; loopback and private networks are the user's own choice.

    >>> [is_refused(address) for address in ("169.254.169.254", "::ffff:169.254.0.1", "fe80::1", "10.0.0.1")]
    [True, True, True, False]
    """
    plain = _plain(ip_address(address))
    return plain.is_link_local or plain in METADATA


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that hides in an IPv6 address, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
