"""Put the app together: scripted replies, flows, TwiML files, the recorder, the index page."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, abort, jsonify, render_template_string, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from mock_webhooks import files
from mock_webhooks.delay import DelayMiddleware
from mock_webhooks.flows import FLOWS
from mock_webhooks.recorder import Recorder
from mock_webhooks.replies import read_replies
from mock_webhooks.script import Script
from mock_webhooks.signature import SignatureChecker, requested_url
from mock_webhooks.sockets.bot import Voice
from mock_webhooks.sockets.doors import Door, read_bots
from mock_webhooks.sockets.voice import tones

LARGEST_REQUEST: Final = 64 * 1024
RECORDER_PATH: Final = "/_recorder"

_INDEX: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Mock webhooks</title></head><body>
<h1>Mock webhooks</h1>
<p>Set one of these as a voice URL. Each answers GET and POST.
What was asked is at <a href="/_recorder">/_recorder</a>; DELETE forgets it.</p>
{% if scripted %}<h2>Scripted</h2><ul>{% for path in scripted %}
<li><a href="{{ path }}">{{ path }}</a></li>{% endfor %}</ul>{% endif %}
<h2>Flows</h2><dl>{% for flow in flows %}
<dt>{% for path in flow.routes %}<a href="{{ path }}">{{ path }}</a> {% endfor %}</dt>
<dd>{{ flow.summary }}</dd>{% endfor %}</dl>
{% if folder %}<h2>Files</h2><p>What is in {{ folder }} is served under /twiml/.</p>{% endif %}
</body></html>
"""


def create_app(
    *,
    replies: Mapping[str, object] | None = None,
    bots: Mapping[str, Mapping[str, Any]] | None = None,
    voice: Voice = tones,
    twiml_folder: str | Path | None = None,
    auth_token: str | None = None,
    require_signature: bool = False,
    trust_proxy: bool = False,
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.time,
) -> Flask:
    """Return a webhook app; apps share nothing, so many can live in one process.

    Args:
        replies: Replies by path, as `mock_webhooks.replies` describes; they go before flows of the same path.
        bots: Bots behind WebSockets by path, each its `kind` and its options, as `mock_webhooks.sockets` has them.
        voice: Says the words of bots, as mu-law audio; by default a tone for each word.
        twiml_folder: A folder whose files are served under `/twiml/`, and where a reply's `file` looks.
        auth_token: The token that requests are signed with; else TWILIO_AUTH_TOKEN is used when it is set.
        require_signature: Whether a request without the right signature gets 403, or is only recorded.
        trust_proxy: Whether X-Forwarded-Proto and X-Forwarded-Host of one proxy are believed.
        sleep: Waits for the delays that responses ask for.
        clock: The moments that the recorder writes down, in seconds.

    Raises:
        ReplyError: A reply is written wrongly.
        ValueError: A signature is required but there is no token.
    """
    folder = None if twiml_folder is None else Path(twiml_folder)
    scripts = read_replies(replies or {}, folder)
    token = auth_token or os.environ.get("TWILIO_AUTH_TOKEN")
    if require_signature and not token:
        raise ValueError("a signature is required, but neither auth_token nor TWILIO_AUTH_TOKEN is set")
    checker = SignatureChecker(token) if token else None
    app = Flask("mock_webhooks", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    recorder = app.extensions["recorder"] = Recorder()
    doors: dict[str, Door] = read_bots(bots or {}, voice, checker)
    app.extensions["bots"] = doors
    media = _add_views(app, scripts, folder)
    _add_tools(app, scripts, folder, recorder)

    @app.before_request
    def record_and_check() -> Response | None:
        if request.path == RECORDER_PATH:
            return None
        if request.path in doors:
            return _bot_refusal(doors, sleep)
        too_large = None
        body = b""
        try:
            body = request.get_data(cache=True)
        except RequestEntityTooLarge as error:
            too_large = error
        verdict = checker.verdict(request, body) if checker and not too_large else "unchecked"
        recorder.record(request, at=clock(), body=body, verdict=verdict)
        if too_large:
            raise too_large
        if (
            require_signature
            and verdict != "valid"
            and request.path not in media
            and request.endpoint != "index"
        ):
            abort(403, f"The signature of this request is {verdict}.")
        return None

    if doors:
        # Those without bots do not pay for the import.
        from mock_webhooks.sockets.serving import add_bots

        add_bots(app, doors)
    app.wsgi_app = DelayMiddleware(app.wsgi_app, sleep=sleep)  # type: ignore[method-assign]
    if trust_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def _bot_refusal(doors: Mapping[str, Door], sleep: Callable[[float], object]) -> Response | None:
    from mock_webhooks.sockets.serving import refusal

    return refusal(doors, request, requested_url(request), sleep)


def _add_views(app: Flask, scripts: Mapping[str, Script], folder: Path | None) -> frozenset[str]:
    """Add what a call can ask for; return the paths of media, which need no signature.

    One rule leads to all of them: compiling one for each costs more than a call in virtual time.
    """
    media = {path: view for flow in FLOWS for path, view in flow.media.items()}
    views: dict[str, Callable[[], Response]] = dict(media)
    views.update((path, view) for flow in FLOWS for path, view in flow.routes.items())
    views.update((path, script.respond) for path, script in scripts.items())

    def view(name: str = "") -> Response:
        found = views.get(f"/{name}")
        if found is not None:
            return found()
        lead, _, rest = name.partition("/")
        file = files.find(folder, rest) if folder is not None and lead == "twiml" and rest else None
        if file is None:
            abort(404)
        return Response(file.read_bytes(), content_type=files.content_type(file))

    for path in ("/<path:name>", *(("/",) if "/" in scripts else ())):
        app.add_url_rule(path, "view", view, methods=["GET", "POST"])
    return frozenset(media.keys() - scripts.keys())


def _add_tools(app: Flask, scripts: Mapping[str, Script], folder: Path | None, recorder: Recorder) -> None:
    """Add the index page, unless "/" is scripted, and the recorder's."""

    def index() -> str:
        return render_template_string(_INDEX, scripted=scripts, flows=FLOWS, folder=folder)

    def show() -> Response:
        return jsonify(recorder.as_json())

    def clear() -> Response:
        recorder.clear()
        return Response(status=204)

    if "/" not in scripts:
        app.add_url_rule("/", "index", index)
    app.add_url_rule(RECORDER_PATH, "recorder", show)
    app.add_url_rule(RECORDER_PATH, "recorder clear", clear, methods=["DELETE"])
