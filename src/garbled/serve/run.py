"""Runs the service until it is told to end."""

from __future__ import annotations

import sys
from collections.abc import Callable

from garbled.policy import Policies
from garbled.serve.app import make_app
from garbled.serve.options import ServiceOptions
from garbled.serve.protocol import listen, make_server
from garbled.serve.service import Service
from garbled.settings import Settings
from garbled.store import Store

SWITCH_SECONDS = 0.001
"""How long a scoring thread keeps the interpreter while the event loop waits for it."""
_GRACE = 5.0


def serve(
    settings: Settings,
    options: ServiceOptions,
    *,
    store: Store | None = None,
    policies: Callable[[], Policies] | None = None,
    tell: Callable[[str], None] = lambda line: None,
) -> None:
    """Listen, score and answer until SIGTERM or SIGINT; what was accepted is answered first.

    Args:
        settings, store, policies: see ``Service``.
        tell: is given a line once the service listens.

    Raises:
        GarbledError: the address cannot be listened on.
    """
    listening = listen(options.config.host, options.config.port)
    sys.setswitchinterval(SWITCH_SECONDS)
    with listening:
        host, port = listening.getsockname()[:2]
        name = f"[{host}]" if ":" in host else host
        tell(f"listening on http://{name}:{port}/")
        service = Service(settings, options, store=store, policies=policies)
        server = make_server(
            make_app(service), graceful_seconds=options.config.max_seconds + _GRACE
        )
        server.run(sockets=[listening])
