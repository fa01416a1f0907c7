"""The flows: one file and one line here for each, in the order of the index page."""

from __future__ import annotations

from typing import Final

from mock_webhooks.flows import (
    basic_auth,
    busy,
    cookies,
    echo_parameters,
    empty,
    fallback,
    greeting,
    hangup,
    http_404,
    http_500,
    invalid_xml,
    menu,
    message,
    no_content_type,
    pause_first,
    plain_text,
    play,
    redirect,
    redirect_loop,
    reject,
    slow,
    status,
    too_large,
    wrong_root,
    wrong_type,
)
from mock_webhooks.flows.flow import Flow

FLOWS: Final[tuple[Flow, ...]] = (
    greeting.FLOW,
    message.FLOW,
    play.FLOW,
    menu.FLOW,
    plain_text.FLOW,
    echo_parameters.FLOW,
    pause_first.FLOW,
    hangup.FLOW,
    busy.FLOW,
    reject.FLOW,
    redirect.FLOW,
    redirect_loop.FLOW,
    cookies.FLOW,
    basic_auth.FLOW,
    slow.FLOW,
    http_500.FLOW,
    http_404.FLOW,
    invalid_xml.FLOW,
    wrong_root.FLOW,
    wrong_type.FLOW,
    no_content_type.FLOW,
    too_large.FLOW,
    empty.FLOW,
    fallback.FLOW,
    status.FLOW,
)
