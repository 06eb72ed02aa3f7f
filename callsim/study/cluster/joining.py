"""The way to the workers: processes of this machine, or a scheduler that has an address."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import dask
from distributed import Client, LocalCluster
from distributed.security import Security

from callsim.errors import UserError
from callsim.sentences import say
from callsim.study.cluster.where import Where
from callsim.study.hands import cores

DEATHS = 3  # workers that a task may take down
CALM = {
    "distributed.scheduler.allowed-failures": DEATHS - 1,
    # All these go by the clock, in each process, whatever it plays; nothing here is waited for.
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.tick.limit": "1m",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.worker.memory.monitor-interval": "1s",
    "distributed.scheduler.work-stealing-interval": "1s",
    "distributed.scheduler.active-memory-manager.start": False,
    # Dask has workers give memory back to the machine after every task, and fault it in anew in the next.
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
}


@contextmanager
def joined(where: Where, workers: int | None = None) -> Iterator[Client]:
    """Yields a client of a cluster, which is left at the end; one of this machine is ended.

    `workers`: processes of a cluster of this machine. Default: the machine's cores.
    """
    if where.address is None:
        with (
            dask.config.set(CALM),
            LocalCluster(
                n_workers=workers or cores(),
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong, callsim says itself
    try:
        client = Client(where.address, security=_security(where), timeout=10)
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        why = str(error.__cause__ or error).splitlines()[0] or type(error).__name__
        raise UserError(say("cluster.unreachable", address=where.address, why=why)) from None
    try:
        yield client
    finally:
        with suppress(Exception):  # the scheduler may be lost, and then there is nothing to leave
            client.close(timeout=2)


def _security(where: Where) -> Any:  # Any: as above
    if where.address is None or not where.address.startswith("tls://"):
        return None
    found: Any = (  # Any: as above
        Security(require_encryption=True)  # what Dask's own files of settings say
        if where.ca is None
        else Security(
            require_encryption=True,
            tls_ca_file=where.ca,
            tls_client_cert=where.cert,
            tls_client_key=where.key,
        )
    )
    if found.tls_ca_file is None or found.tls_client_cert is None:
        raise UserError(say("cluster.no_tls", address=where.address))
    return found
