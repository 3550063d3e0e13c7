from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.connector.address import ForbiddenAddress, refuse

NEVER = [
    "169.254.169.254", "169.254.0.1", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "::169.254.169.254", "fe80::1",
    "fe80::1%eth0", "[fe80::1]", "febf::1", "fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "192.0.0.192",
    "168.63.129.16", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
]  # fmt: skip
INSIDE = [
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "::1", "fc00::1", "0.0.0.0", "::", "100.64.0.1",
    "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "224.0.0.1", "ff02::1", "192.0.2.1",
    "255.255.255.255",
]  # fmt: skip
OUTSIDE = ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]


@pytest.mark.parametrize("address", NEVER)
@pytest.mark.parametrize("public_only", [False, True])
def test_link_local_and_metadata_are_never_reached(address: str, public_only: bool) -> None:
    with pytest.raises(ForbiddenAddress, match="never reached"):
        refuse(address, public_only)


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_inside_is_reached_when_configured_and_not_by_redirect(address: str) -> None:
    refuse(address)
    with pytest.raises(ForbiddenAddress, match="public addresses only"):
        refuse(address, public_only=True)


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_public_network_is_reached(address: str) -> None:
    refuse(address)
    refuse(address, public_only=True)


@pytest.mark.parametrize("text", ["", "example.com", "0177.0.0.1", "2130706433", "127.1", "0x7f.1"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ForbiddenAddress):
        refuse(text)


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_an_ipv4_address_in_the_clothes_of_ipv6_is_judged_the_same(address: IPv4Address) -> None:
    assert allowed(f"::ffff:{address}") == allowed(str(address))


def allowed(address: str) -> bool:
    try:
        refuse(address, public_only=True)
    except ForbiddenAddress:
        return False
    return True
