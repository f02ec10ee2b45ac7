"""Which addresses a source may have. Guards against requests into this machine's own network.

The address is checked where the connection is opened, and that very address is connected to, so a name that
resolves differently the second time gains nothing.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from qbo_connector.errors import ConfigurationError

NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether a literal IP address belongs to the public internet, also when it wraps an IPv4 address."""
    ip = _innermost(ip_address(address))
    return ip.is_global and not ip.is_multicast


def resolve_public(host: str, port: int) -> list[str]:
    """The addresses of a host, all of them public.

    Raises:
        ConfigurationError: one of them is not.
        socket.gaierror: the name does not resolve.
    """
    addresses = _resolve(host, port)
    if not all(map(is_public, addresses)):
        raise refused(host, "it leads into a private network")
    return addresses


def resolve_private(host: str, port: int) -> list[str]:
    """The addresses of a host, none of them public: the only ones to which plain http may be spoken.

    Raises:
        ConfigurationError: one of them is public.
        socket.gaierror: the name does not resolve.
    """
    addresses = _resolve(host, port)
    if any(map(is_public, addresses)):
        raise refused(host, "it must begin with https")
    return addresses


def require_web_address(url: str, *, allow_private: bool) -> None:
    """Refuse what is no http(s) address, or names a person and password, before anything is resolved.

    Raises:
        ConfigurationError: the address cannot be used for a source.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as err:
        raise refused("", "it is not a web address") from err
    if parts.scheme not in {"http", "https"} or not host:
        raise refused(host, "it is not a web address")
    if parts.username or parts.password:
        raise refused(host, "it holds a user name or password")
    if parts.scheme == "http" and not allow_private:
        raise refused(host, "it must begin with https")


def refused(host: str, why: str) -> ConfigurationError:
    """The error for an address that must not be called."""
    return ConfigurationError(
        f"the address of the source{' ' + host if host else ''} is refused: {why}",
        params={"field": "address", "value": host, "reason": why},
    )


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _innermost(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(ip, IPv4Address):
        return ip
    if ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)
