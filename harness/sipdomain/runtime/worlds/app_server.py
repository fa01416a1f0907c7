"""The webhook application on a port of this machine."""

from __future__ import annotations

import logging
import socket
import threading
from typing import TYPE_CHECKING, Final

from sipdomain.errors import SetupError
from sipdomain.runtime.worlds.app_request import AppRequest, requests_of
from sipdomain.runtime.worlds.driver import POLL
from sipdomain.sip.outputs import Address

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from werkzeug.serving import BaseWSGIServer

CLOSING: Final = 5.0
"""How long it has to stop, in seconds."""
ANY_PORT: Final = Address("127.0.0.1", 0)
_BACKLOG: Final = 128


class AppServer:
    """The webhook application on a real port, in a thread of its own.

    Attributes:
        url: Its base.
    """

    def __init__(self, app: WSGIApplication, listen: Address = ANY_PORT) -> None:
        """Serve it.

        Args:
            app: The application.
            listen: Where; port 0 for any.

        Raises:
            SetupError: That address cannot be bound.
        """
        from werkzeug.serving import make_server

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        # A socket that is bound already: http.server would look up the name of the address that it binds.
        try:
            with socket.create_server(listen, backlog=_BACKLOG) as listening:
                self._server: BaseWSGIServer = make_server(
                    listen.host, 0, app, threaded=True, fd=listening.fileno()
                )
        except OSError as error:
            raise SetupError(f"the application cannot listen at {listen}: {error.strerror}") from error
        self.url = f"http://{listen.host}:{self._server.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL,), daemon=True)
        self._thread.start()
        self._app = app

    def requests(self) -> list[AppRequest]:
        """Return what it was asked, oldest first."""
        return requests_of(self._app)

    def close(self) -> None:
        """Stop serving; a server that does not stop is left behind."""
        # It waits for the server's thread without a limit of its own.
        stopping = threading.Thread(target=self._server.shutdown, daemon=True)
        stopping.start()
        stopping.join(CLOSING)
        self._thread.join(CLOSING)
        self._server.server_close()
