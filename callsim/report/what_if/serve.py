"""Serves the what-if page until Ctrl-C, or until the last tab has been closed for five minutes."""

from __future__ import annotations

import contextlib
import secrets
import socket
import threading
import time
import webbrowser
from collections.abc import Iterator
from typing import NamedTuple

from callsim.errors import UserError
from callsim.report.kit.terminal import tell
from callsim.report.what_if.watched import Watched
from callsim.sentences import say
from callsim.study.what_if.what_if import WhatIf

CLOSED_S = 300.0  # a page says every 20 s that it is open; a tab in the background at least every minute


class Served(NamedTuple):
    """A page that is served."""

    address: str  # with the key
    watched: Watched
    thread: threading.Thread


def serve(desk: WhatIf, port: int = 0, browser: bool = True) -> None:
    """Serve on 127.0.0.1 alone until Ctrl-C, or until no page has asked for anything for `CLOSED_S`.

    `port`: 0 for any that is free. Raises UserError where the port is taken, or where the extra that serves
    is not installed.
    """
    with serving(desk, port) as served:
        tell(say("what_if.address", address=served.address))
        if browser:
            webbrowser.open(served.address)
        with contextlib.suppress(KeyboardInterrupt):
            while served.thread.is_alive() and time.monotonic() - served.watched.last < CLOSED_S:
                served.thread.join(0.2)


@contextlib.contextmanager
def serving(desk: WhatIf, port: int = 0) -> Iterator[Served]:
    """Yields the page while it is served by a thread of its own. Raises what `serve` raises."""
    try:
        import uvicorn

        from callsim.report.what_if.server import app
    except ImportError:
        raise UserError(say("what_if.not_installed")) from None
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            raise UserError(say("what_if.port", port=port, why=(error.strerror or "").lower())) from None
        port, key, watched = listener.getsockname()[1], secrets.token_urlsafe(24), Watched()
        config = uvicorn.Config(
            app(desk, port, key, watched),
            log_level="critical",
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        # Not in the main thread, where it would take over the signals.
        thread = threading.Thread(target=server.run, args=([listener],), name="what-if", daemon=True)
        thread.start()
        try:
            yield Served(f"http://127.0.0.1:{port}/?key={key}", watched, thread)
        finally:
            desk.close()
            server.should_exit = True
            thread.join(3)
