"""The broker and the workers that do the frames: our own, or those of a running deployment."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from threading import Event

from services.local.analyze.agreement import agreed, deployment_workers
from services.local.analyze.asking import about_workers
from services.local.children import module_command
from services.local.options import usable_cores
from services.local.plan import END_BY_S, INFERENCE, embedded_broker, embedded_environment
from services.local.runtime import runtime_folder
from services.local.supervisor import Program, Supervisor
from shared.broker import Broker
from shared.errors import BrokerUnreachable, SettingsError
from shared.service import connect
from shared.settings import ServiceSettings

Say = Callable[[str], None]

CALM = {"MIEN_LOG_LEVEL": "WARNING"}
"""Unless somebody wants more, workers say nothing while all is well."""

LOOK_EVERY_S = 0.05
START_WITHIN_S = 30.0
"""The embedded broker takes 0.1 s; a machine that is busy with other things takes longer."""

NOT_OURS = ("MIEN_METRICS_PORT", "MIEN_SOURCE", "MIEN_CAMERAS")
"""What the environment has for the services of `mien up`; several workers cannot share one port."""


class Deployment:
    """A broker that answers, with workers.

    Attributes:
        broker: the broker.
        environ: for programs that use it.
        workers: how many of them are our own.
    """

    def __init__(
        self, broker: Broker, environ: Mapping[str, str], supervisor: Supervisor, workers: int
    ) -> None:
        self.broker = broker
        self.environ = environ
        self.workers = workers
        self._supervisor = supervisor

    def look(self) -> None:
        """Start again what has died.

        Raises:
            SettingsError: a worker cannot run with what it was given; it has said why.
        """
        if not self._supervisor.look():
            raise SettingsError("the workers cannot be started")

    def life(self) -> str:
        """Return what is another one when the broker was started again, or another one took its place.

        Raises:
            BrokerError: it does not answer, or refuses.
        """
        return self.broker.run_id()

    def await_broker(self) -> None:
        """Wait until the broker answers.

        Raises:
            BrokerError: it does not, or refuses.
            SettingsError: see `look`.
        """
        for _ in range(round(START_WITHIN_S / LOOK_EVERY_S)):
            self.look()
            try:
                return self.broker.ping()
            except BrokerUnreachable:
                Event().wait(LOOK_EVERY_S)
        return self.broker.ping()


@contextmanager
def deployed(workers: int | None, environ: Mapping[str, str], say: Say) -> Iterator[Deployment]:
    """Start a broker and workers, or workers for the broker that MIEN_REDIS_URL names; end them afterwards.

    There, those that it has already do the work, and so many of our own where they are asked for.

    Args:
        workers: how many; None for as many as there are cores, or none beside others.
        environ: for the workers.
        say: takes the lines that they write.

    Raises:
        SettingsError: a variable is wrong, or there is no embedded broker for this platform.
        BrokerError: the broker that is named does not answer, or refuses.
    """
    is_own = not environ.get("MIEN_REDIS_URL")
    environ = {**CALM, **{name: value for name, value in environ.items() if name not in NOT_OURS}}
    with ExitStack() as stack:
        programs: list[Program] = []
        if is_own:
            folder = stack.enter_context(runtime_folder())
            programs.append(embedded_broker(folder))
            environ = embedded_environment(folder, environ)
        number = workers if workers is not None else usable_cores() * is_own
        supervisor = Supervisor([*programs, *worker_programs(number, environ, say)])
        broker = connect(ServiceSettings.load(environ), "mien-analyze")
        stack.callback(broker.close)
        stack.callback(supervisor.end)
        supervisor.start(Event())
        deployment = Deployment(broker, environ, supervisor, number)
        deployment.await_broker()
        yield deployment


def worker_programs(number: int, environ: Mapping[str, str], say: Say) -> Sequence[Program]:
    """Return the programs of so many workers, whose lines `say` takes."""
    command = module_command("services.inference")
    return [
        Program(
            f"worker {n}", command, environ, INFERENCE, END_BY_S[INFERENCE], on_line=say, with_errors=True
        )
        for n in range(1, number + 1)
    ]


def depends_on(workers: int | None, environ: Mapping[str, str]) -> Mapping[str, str]:
    """Return what the results of those that `deployed` gives depend on, by name; arguments as there.

    Raises:
        ModelError: a worker of our own could not run.
        SettingsError: a variable is wrong, there is no worker, or they do not agree.
        BrokerError: the broker that is named does not answer, or refuses.
    """
    is_own = not environ.get("MIEN_REDIS_URL")
    own = about_workers(environ) if is_own or workers else None
    if is_own:
        return own or {}
    broker = connect(ServiceSettings.load(environ), "mien-analyze")
    try:
        return agreed(deployment_workers(broker), own)
    except BrokerUnreachable as error:
        raise BrokerUnreachable(
            f"{error}; MIEN_REDIS_URL names it, and unset, Mien brings its own"
        ) from error
    finally:
        broker.close()
