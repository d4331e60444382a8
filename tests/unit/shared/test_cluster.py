import pytest
from redis import exceptions

from shared.broker import BrokerErrors
from shared.cluster import ClusterClient, node_url
from shared.errors import BrokerError, BrokerErrorReply, BrokerRefused, BrokerUnreachable


@pytest.mark.parametrize(
    ("url", "node"),
    [
        ("redis+cluster://host:7000", "redis://host:7000"),
        ("rediss+cluster://user:pass@host:7000/0", "rediss://user:pass@host:7000/0"),
        ("redis://host:7000", None),
        ("unix:///run/broker.sock", None),
        ("redis+cluster", None),
    ],
)
def test_a_clusters_url_names_a_node(url: str, node: str | None) -> None:
    assert node_url(url) == node


@pytest.mark.parametrize(
    "url", ["redis+cluster://host/3", "redis+cluster://host?db=3", "redis+cluster://host:x"]
)
def test_a_url_that_no_cluster_has_is_an_error(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  redis-py's own words, which are not shown
        node_url(url)


def test_a_script_and_a_subscriber_are_made_without_a_connection() -> None:
    client = ClusterClient("redis://nowhere.invalid:1")
    assert client.register_script("return 1").sha
    client.pubsub(ignore_subscribe_messages=True).close()
    client.close()


def not_connected(cause: Exception) -> exceptions.RedisClusterException:
    error = exceptions.RedisClusterException("cannot be connected")
    error.__cause__ = cause
    return error


def not_a_cluster(reply: Exception) -> exceptions.RedisClusterException:
    error = exceptions.RedisClusterException("Cluster mode is not enabled")
    error.__context__ = reply
    return not_connected(error)


@pytest.mark.parametrize(
    ("error", "named", "words"),
    [
        (not_connected(exceptions.ConnectionError("nobody listens")), BrokerUnreachable, "nobody listens"),
        (not_connected(exceptions.AuthenticationError("WRONGPASS")), BrokerRefused, "WRONGPASS"),
        (not_a_cluster(exceptions.ResponseError("support disabled")), BrokerRefused, "support disabled"),
        (exceptions.RedisClusterException("slots are missing"), BrokerUnreachable, "slots are missing"),
        (exceptions.SlotNotCoveredError("slot 1"), BrokerErrorReply, "slot 1"),
        (exceptions.CrossSlotTransactionError("two slots"), BrokerErrorReply, "two slots"),
        (exceptions.ClusterDownError("CLUSTERDOWN"), BrokerErrorReply, "CLUSTERDOWN"),
    ],
)
def test_a_clusters_errors_have_names(error: Exception, named: type[BrokerError], words: str) -> None:
    with pytest.raises(named, match=words) as caught, BrokerErrors("redis+cluster://host"):
        raise error
    assert type(caught.value) is named
