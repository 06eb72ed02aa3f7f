"""The server of the what-if page: it answers this machine's browser alone, and writes nothing.

Whoever asks needs the key of this session, which the address that is printed carries once and a strict cookie
from then on. Other names for this machine are refused (DNS rebinding), and so is every request to do
something that does not come from the page itself (cross-site request forgery).
"""

from __future__ import annotations

import hmac
import time
from functools import partial

from anyio import to_thread
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callsim.errors import CallsimError
from callsim.report.html import page as page_of
from callsim.report.what_if import told
from callsim.report.what_if.asked import Asked, understood
from callsim.report.what_if.asked import changes as changes_of
from callsim.report.what_if.page import PARTS, html
from callsim.report.what_if.stream import looks, people, why
from callsim.report.what_if.watched import Watched
from callsim.scenario.reading.load import overlay
from callsim.sentences import say
from callsim.study.runs.compare import Comparison
from callsim.study.what_if.what_if import WhatIf

COOKIE = "callsim_what_if"
MOST_BYTES = 64 << 10  # of a request
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "content-security-policy": "; ".join(map(" ".join, _POLICY.items())),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def app(desk: WhatIf, port: int, key: str, watched: Watched) -> ASGIApp:
    """Returns the server's application; `port` and `key` are those of this session."""

    async def asked(request: Request) -> tuple[Asked, dict[str, object]]:
        """What is asked for, and the changes of the plan that it means. Raises CallsimError."""
        found = understood(await request.body())
        return found, changes_of(desk, found)

    async def start(request: Request) -> Response:
        return Response(html(told.plan(desk)), media_type="text/html; charset=utf-8")

    async def part(request: Request) -> Response:
        content, kind = PARTS[request.url.path]
        return Response(content(), media_type=kind)

    async def look(request: Request) -> Response:
        begun = time.perf_counter()
        try:
            found, changes = await asked(request)
        except CallsimError as error:
            return PlainTextResponse(why(error), 400)
        return StreamingResponse(
            looks(desk, changes, found.days, found.tab, begun), media_type="application/x-ndjson"
        )

    async def more(request: Request) -> Response:
        try:
            found, changes = await asked(request)
        except CallsimError as error:
            return PlainTextResponse(why(error), 400)
        told = people(desk, changes, found.queue, found.share, found.tab)
        return StreamingResponse(told, media_type="application/x-ndjson")

    async def as_yaml(request: Request) -> Response:
        try:
            _, changes = await asked(request)
            desk.changed(changes)
            return PlainTextResponse(overlay(desk.scenario, changes))
        except CallsimError as error:
            return PlainTextResponse(why(error), 400)

    async def share(request: Request) -> Response:
        try:
            found, changes = await asked(request)
            text = await to_thread.run_sync(partial(_report, desk, changes, found.days))
        except CallsimError as error:
            return PlainTextResponse(why(error), 400)
        return Response(text, media_type="text/html; charset=utf-8")

    async def here(request: Request) -> Response:
        return Response(status_code=204)

    routes = [Route("/", start), *(Route(path, part) for path in PARTS)]
    acts = {"/look": look, "/more": more, "/yaml": as_yaml, "/share": share, "/here": here}
    routes += [Route(path, act, methods=["POST"]) for path, act in acts.items()]
    return _Door(Starlette(routes=routes), port, key, watched)


def _report(desk: WhatIf, changes: dict[str, object], runs: int) -> str:
    """The page of the comparison of the plan with the changed one."""
    *_, seen = desk.look(changes, runs=runs, asker="share")
    assert seen.result is not None
    plans = {say("what_if.plan"): seen.plan, say("what_if.what_if"): seen.result}
    return page_of(Comparison(dict(plans), engine=desk.options.engine).told())


class _Door:
    """Refuses what does not come from the page of this session, before anything is read of it."""

    def __init__(self, inner: ASGIApp, port: int, key: str, watched: Watched):
        self._inner, self._key, self._watched = inner, key, watched
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "lifespan":
            await self._inner(scope, receive, send)
        if kind != "http":
            return  # a socket that stays open is not needed
        sender = _with_headers(send)
        request = Request(scope, receive)
        refused = self._refusal(request)
        if refused is not None:
            await refused(scope, receive, sender)
            return
        self._watched.now()
        body = await _body(request) if request.method == "POST" else b""
        if body is None:
            await PlainTextResponse(say("what_if.too_large"), 413)(scope, receive, sender)
            return
        given = False

        async def again() -> Message:
            nonlocal given
            if given:
                return await receive()  # that the connection was closed
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._inner(scope, again, sender)

    def _refusal(self, request: Request) -> Response | None:
        headers: Headers = request.headers
        host = headers.get("host", "")
        if host not in self._hosts:
            return PlainTextResponse(say("what_if.wrong_host"), 400)
        if request.url.path == "/" and self._is_key(request.query_params.get("key")):
            found = RedirectResponse("/", 303)
            found.set_cookie(COOKIE, self._key, httponly=True, samesite="strict", path="/")
            return found
        if not self._is_key(request.cookies.get(COOKIE)):
            return PlainTextResponse(say("what_if.no_key"), 403)
        if request.method not in ("GET", "HEAD") and headers.get("origin") != f"http://{host}":
            return PlainTextResponse(say("what_if.foreign"), 403)
        return None

    def _is_key(self, given: str | None) -> bool:
        return given is not None and hmac.compare_digest(given.encode(), self._key.encode())


async def _body(request: Request) -> bytes | None:
    """All of a request's body, or None where it is too large."""
    found = b""
    async for some in request.stream():
        found += some
        if len(found) > MOST_BYTES:
            return None
    return found


def _with_headers(send: Send) -> Send:
    async def sender(message: Message) -> None:
        if "status" in message:  # the answer begins
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return sender
