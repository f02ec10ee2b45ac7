import pytest

from qbo_connector.errors import ConfigurationError
from qbo_connector.sources.addresses import is_public, require_web_address, resolve_private, resolve_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1",
        "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "192.0.2.7",
    ],
)  # fmt: skip
def test_addresses_of_private_networks_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_of_the_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "2130706433", "0x7f.1"])
def test_a_host_in_a_private_network_does_not_resolve_as_public(host):
    with pytest.raises(ConfigurationError, match="private network"):
        resolve_public(host, 443)


def test_plain_http_goes_to_private_addresses_only():
    assert resolve_private("127.0.0.1", 80) == ["127.0.0.1"]
    with pytest.raises(ConfigurationError, match="https"):
        resolve_private("8.8.8.8", 80)
    assert resolve_public("8.8.8.8", 443) == ["8.8.8.8"]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://shop.example", "not a web address"),
        ("file:///etc/passwd", "not a web address"),
        ("https://", "not a web address"),
        ("https://shop.example:99999", "not a web address"),
        ("https://[::1", "not a web address"),
        ("https://user@shop.example", "user name or password"),
        ("http://shop.example", "https"),
    ],
)
def test_strange_addresses_are_refused_before_anything_is_resolved(url, why):
    with pytest.raises(ConfigurationError) as refusal:
        require_web_address(url, allow_private=False)

    assert why in refusal.value.params["reason"]
