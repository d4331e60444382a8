"""A Redis Cluster behind the calls that Mien makes of one broker.

All keys of one camera share a slot, so scripts and transactions need no care; this is about the rest: when
to connect, and which node answers what no key belongs to.
"""

from threading import Lock
from typing import Any

from redis import Redis, RedisCluster, exceptions
from redis.commands.core import Script
from redis.connection import parse_url

from shared.keys import CAMERAS

SCHEMES = {"redis+cluster": "redis", "rediss+cluster": "rediss"}
"""A cluster's scheme, and the scheme of its nodes."""


def node_url(url: str) -> str | None:
    """Return the URL of the node that a cluster's URL names; None where it is no cluster's URL.

    Raises:
        ValueError: redis-py cannot read it, or it names a database: a cluster has only number 0.
    """
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in SCHEMES:
        return None
    plain = f"{SCHEMES[scheme]}://{rest}"
    if parse_url(plain).get("db", 0) != 0:  # type: ignore[no-untyped-call]
        raise ValueError("a cluster has no database but 0")
    return plain


class ClusterClient:
    """Used like `redis.Redis`: connects at its first command, where redis-py's own connects when it is made.

    Args:
        url: of one node, as `node_url` returns it; the others are asked for.
        options: for `redis.RedisCluster`.
    """

    def __init__(self, url: str, **options: Any) -> None:  # noqa: ANN401  redis-py's
        self._url = url
        self._options = options
        self._lock = Lock()
        self._client: RedisCluster | None = None

    def __getattr__(self, command: str) -> Any:  # noqa: ANN401  any command of redis-py
        """Return a command of the cluster's client."""
        return getattr(self.connected(), command)

    def connected(self) -> RedisCluster:
        """Return redis-py's client, which knows the nodes.

        Raises:
            RedisClusterException: no node answers, or the one that does is none of a cluster.
        """
        with self._lock:
            if self._client is None:
                self._client = RedisCluster.from_url(self._url, **self._options)
            return self._client

    def register_script(self, text: str) -> Script:
        """Return a script; it is loaded into every node when a node does not know it."""
        return Script(self, text)  # type: ignore[arg-type]  # all that it calls is here

    def get_encoder(self) -> Any:  # noqa: ANN401  as redis-py has it
        """Return what turns a script's text into bytes; it needs no connection."""
        return Redis().get_encoder()

    def pubsub(self, **options: Any) -> "ClusterPubSub":  # noqa: ANN401  redis-py's
        """Return a subscriber."""
        return ClusterPubSub(self, options)

    def ping(self) -> bool:
        """Ask every primary: a cluster that lacks one refuses commands."""
        try:
            client = self.connected()
            return all(client.ping(target_nodes=node) for node in client.get_primaries())  # type: ignore[no-untyped-call]
        except exceptions.RedisClusterException:
            # None of the nodes that it knows is there: they may have come back at other addresses.
            self.close()
            raise

    def time(self) -> Any:  # noqa: ANN401  as redis-py has it
        """Return the time of one node, the same one for every service: clocks of machines differ."""
        client = self.connected()
        return client.time(target_nodes=client.get_node_from_key(CAMERAS))  # type: ignore[no-untyped-call]

    def info(self, section: str) -> dict[str, str]:
        """Return the `run_id` of all primaries together: counters are gone where one of them is another."""
        client = self.connected()
        nodes = client.get_primaries()  # type: ignore[no-untyped-call]
        answers: list[Any] = [client.info(section, target_nodes=node) for node in nodes]
        return {"run_id": "+".join(sorted(answer["run_id"] for answer in answers))}

    def close(self) -> None:
        """Close every connection; the next command begins with the URL again."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()


class ClusterPubSub:
    """A subscriber that chooses its node when it subscribes: any will do, the cluster tells all of them."""

    def __init__(self, client: ClusterClient, options: dict[str, Any]) -> None:
        self._client = client
        self._options = options
        self._pubsub: Any = None

    def subscribe(self, channel: str) -> None:
        """Subscribe at a node that is there now."""
        self.close()
        self._pubsub = self._client.connected().pubsub(**self._options)  # type: ignore[no-untyped-call]
        self._pubsub.subscribe(channel)

    def get_message(self, timeout: float) -> Any:  # noqa: ANN401  as redis-py has it
        """Return the next message, or None."""
        return self._pubsub.get_message(timeout=timeout)

    def close(self) -> None:
        """Leave the node."""
        if self._pubsub is not None:
            self._pubsub.close()
            self._pubsub = None
