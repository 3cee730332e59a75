"""Addresses where no message may go."""

from __future__ import annotations

import socket

import pytest

from alerts.channels.address import allowed_addresses, is_refused
from alerts.channels.channel import DeliveryError


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "fe80::1",
        "fe80::1%1",
        "fd00:ec2::254",
        "100.100.100.200",
    ],
)
def test_link_local_and_metadata_addresses_are_refused_in_every_disguise(address: str) -> None:
    assert is_refused(address)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "10.0.0.7", "192.168.1.1", "172.16.0.1", "fd12::1", "93.184.216.34", "2606::1"]
)
def test_loopback_private_and_public_addresses_are_allowed(address: str) -> None:
    assert not is_refused(address)


def test_one_refused_address_among_others_refuses_the_host() -> None:
    with pytest.raises(DeliveryError, match=r"hook\.example\.org is at 169\.254\.169\.254") as caught:
        allowed_addresses("hook.example.org", 443, lambda *_: ["93.184.216.34", "169.254.169.254"])
    assert caught.value.permanent


def test_a_host_with_an_empty_answer_may_have_an_address_later() -> None:
    with pytest.raises(DeliveryError, match=r"hook\.example\.org has no address") as caught:
        allowed_addresses("hook.example.org", 443, lambda *_: [])
    assert not caught.value.permanent


def test_a_host_without_an_address_may_have_one_later() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(DeliveryError, match=r"hook\.example\.org has no address") as caught:
        allowed_addresses("hook.example.org", 443, unknown)
    assert not caught.value.permanent
