"""Which network addresses may be reached. Judged on the address that is connected to, not on a name."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_NEVER = [
    ip_network(block)
    for block in (
        "169.254.0.0/16",  # link-local, and the metadata service of most clouds
        "fe80::/10",  # link-local
        "fd00:ec2::254/128",  # AWS metadata
        "fd20:ce::254/128",  # Google metadata
        "100.100.100.200/32",  # Alibaba metadata
        "192.0.0.192/32",  # Oracle metadata
        "168.63.129.16/32",  # Azure's host
    )
]
_NAT64 = ip_network("64:ff9b::/96")

Address = IPv4Address | IPv6Address


class ForbiddenAddress(OSError):
    """A connection was about to be made to an address that is not allowed. The text names no address: see `refuse`."""


def literal(host: str) -> Address | None:
    """The address that a host is written as; None for a name."""
    try:
        return ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def is_here(host: str) -> bool:
    """Whether a host, as it is written, can only be this machine."""
    address = literal(host)
    return host == "localhost" or host.endswith(".localhost") if address is None else address.is_loopback


def refuse(host: str, public_only: bool = False) -> None:
    """`ForbiddenAddress` where this address (as text) may not be connected to.

    Link-local addresses and those of cloud metadata services are never reached, in whatever clothes they come.
    `public_only`: neither are loopback, private and other addresses that are not of the public network.
    The same text for all addresses of a name lets the connection code report it as one error.
    """
    address = literal(host)
    if address is None:
        raise ForbiddenAddress("not an address")
    inner = _unwrapped(address)
    if any(inner.version == block.version and inner in block for block in _NEVER):
        raise ForbiddenAddress("a link-local or metadata address is never reached")
    if public_only and not (inner.is_global and not inner.is_multicast):
        raise ForbiddenAddress("a redirect may lead to public addresses only")


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 one carries (mapped, 6to4, NAT64, IPv4-compatible), else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    carried = address.ipv4_mapped or address.sixtofour
    if carried is None and (address in _NAT64 or 1 < int(address) < 2**32):
        carried = IPv4Address(int(address) & 0xFFFFFFFF)
    return carried or address
