"""What the results of a running deployment depend on, as its workers say it."""

from collections.abc import Mapping, Sequence

from shared.broker import Broker
from shared.clock import BrokerClock
from shared.errors import SettingsError
from shared.registry import Registry, Worker


def deployment_workers(broker: Broker) -> list[Worker]:
    """Return the workers that are at a broker.

    Raises:
        BrokerError: the broker is away, or refuses.
    """
    return Registry(broker, BrokerClock(broker)).workers()


def agreed(workers: list[Worker], own: Mapping[str, str] | None) -> Mapping[str, str]:
    """Return what the results of all workers depend on, by name.

    Args:
        workers: those that are there.
        own: what it would be for workers of our own; None where none is asked for.

    Raises:
        SettingsError: there is no worker, or they do not agree: who did a frame would be seen in the results.
    """
    found = {worker.id: worker.depends_on for worker in workers}
    if own is not None:
        # What else we know of our own, others do not say.
        said = workers[0].depends_on if workers else own
        found["those of --workers"] = {name: value for name, value in own.items() if name in said}
    if not found:
        raise SettingsError(
            "no worker is at the broker that MIEN_REDIS_URL names: start one, or give --workers"
        )
    for name in sorted({name for one in found.values() for name in one}):
        _check_one(name, {worker: one.get(name, "not said") for worker, one in found.items()})
    return own if own is not None else workers[0].depends_on


def _check_one(name: str, said: Mapping[str, str]) -> None:
    """Refuse workers that say two things of one that results depend on; one worker for each is named."""
    who = {value: worker for worker, value in said.items()}
    if len(who) > 1:
        values = ", ".join(f"{value} ({who[value]})" for value in sorted(who))
        raise SettingsError(f"the workers do not agree in {name}: {values}")


def check_agreed(workers: Sequence[Worker], depends_on: Mapping[str, str]) -> None:
    """See that the workers that are there now go on as others have begun.

    Args:
        workers: those that are there.
        depends_on: what the results so far depend on, by name.

    Raises:
        SettingsError: one came whose results depend on something else.
    """
    for worker in workers:
        for name, value in depends_on.items():
            other = worker.depends_on.get(name, "not said")
            if other != value:
                raise SettingsError(
                    f"worker {worker.id} came with another {name}: {other}, not {value}; "
                    "--resume goes on when it has left"
                )
