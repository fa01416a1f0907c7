"""A chain of documents: each is asked for, read, run, and leads to the next one, the fallback URL, or the end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from sipdomain.entries import Announced, VerbStarted
from sipdomain.errors import TwimlError
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.context import Context
from sipdomain.twilio.interpreter.page import Page, exchange
from sipdomain.twilio.interpreter.run import Run
from sipdomain.twilio.webhooks.exchange import Exchange, FetchFailed, Finished, Purpose
from sipdomain.twilio.webhooks.http import excess_of
from sipdomain.twilio.webhooks.login import without_login
from sipdomain.twiml.document import Document, Element
from sipdomain.twiml.program import (
    Answer,
    Crash,
    End,
    Failed,
    Goto,
    Nested,
    Outcome,
    Parameters,
    Program,
    Reason,
    Speak,
)
from sipdomain.twiml.reply import read_reply
from sipdomain.twiml.runner import run

APOLOGY: Final = "We're sorry, an application error has occurred. Goodbye."


class Documents:
    """A chain of documents that one call carries out, or that runs inside another one."""

    __slots__ = ("_around", "_context", "_ended", "_nested", "_on_fallback", "_page", "_reason", "_run")

    def __init__(
        self, context: Context, ended: Callable[[Outcome, Turn], None], around: Page | None = None,
        nested: Nested | None = None,
    ) -> None:  # fmt: skip
        """Begin with nothing.

        Args:
            context: What all documents of the call share.
            ended: Called once with how the last one ended, unless they are left before.
            around: The document that they run inside of, if any: then there is no fallback and no announcement.
            nested: What wanted them there.
        """
        self._context = context
        self._ended = ended
        self._around = around
        self._nested = nested
        self._on_fallback = False
        self._reason: Reason | None = None
        self._run: Run | None = None
        self._page = around or Page(context, begin_inside)

    def interrupt(self, reason: Reason, turn: Turn) -> None:
        """Interrupt what the running verb waits for; it goes on."""
        if self._run is not None:
            self._run.interrupt(reason, turn, for_good=False)

    def leave(self, reason: Reason, turn: Turn) -> None:
        """Interrupt them for good: what may still be asked needs no caller, and nothing of it is carried out."""
        if self._reason is None:
            self._reason, self._ended = reason, _unheard
            if self._run is not None:
                self._run.interrupt(reason, turn, for_good=True)

    # --- the next document -------------------------------------------------------------------------------

    def ask(self, purpose: Purpose, url: str, method: str, turn: Turn, parameters: Parameters = ()) -> None:
        """Ask a URL for the next document."""
        context, most = self._context, self._context.engine.settings.most_documents
        context.documents += 1
        if context.documents > most:
            failure = Failed(12400, f"more than {most} documents in one call")
            self._page.warn(failure.code, "error", failure.reason, turn)
            self._give_up(failure, turn)
            return
        asked = exchange(context, purpose, method, url, parameters)
        then = self._take if self._reason is None else self._take_in_vain
        context.engine.exchanges.begin(asked, partial(then, Page(context, begin_inside, "", asked)), turn)

    def bring(self, twiml: str, turn: Turn) -> None:
        """Carry out a document that nobody was asked for."""
        try:
            document = read_reply("text/xml", twiml.encode(), "")
        except TwimlError as error:
            self._fail(error.code, str(error), "", turn)
            return
        self.carry_out(document, turn)

    def _take_in_vain(self, page: Page, finished: Finished, turn: Turn) -> None:
        """Take what an interrupted verb asked for: nothing of it is carried out."""
        if isinstance(finished, FetchFailed):
            page.warn(finished.code, "error", f"{finished.url}: {finished.reason}", turn)

    def _take(self, page: Page, finished: Finished, turn: Turn) -> None:
        """Carry out what came, unless that is over."""
        if self._reason is not None:
            return
        self._page = page
        page.url = finished.url
        if isinstance(finished, FetchFailed):
            self._fail(finished.code, finished.reason, finished.url, turn)
            return
        response = finished.response
        content_type = response.header("Content-Type")
        try:
            document = read_reply(content_type, response.body, finished.url)
        except TwimlError as error:
            excess = excess_of(response)
            self._fail(error.code, f"{error}; {excess}" if excess else str(error), finished.url, turn)
            return
        if content_type is not None and content_type.lstrip()[:6].lower() == "audio/":
            page.reply = finished
        self.carry_out(document, turn)

    def carry_out(self, document: Document, turn: Turn) -> None:
        """Carry out a document that is read."""
        page = self._page
        for warning in document.warnings:
            text = f"{page.url or 'Twiml'} line {warning.line}: {warning.message}"
            page.warn(warning.code, "warning", text, turn)
        nested = self._nested
        if nested is not None and nested.allowed is not None:
            for each in document.verbs:
                if each.name not in nested.allowed:
                    self._fail(
                        nested.misplaced,
                        f"line {each.line}: <{each.name}> may not stand here",
                        page.url,
                        turn,
                    )
                    return
        self._start(run(document, self._verb_begins, nested=self._around is not None), turn)

    def _verb_begins(self, element: Element) -> bool:
        """Write a verb down, unless the verb before was interrupted for good: then it does not begin."""
        if self._reason is not None or self._run is None:
            return False
        identity, turn = self._context.voice.identity, self._run.turn
        turn.out.append(
            VerbStarted(
                at=turn.now, call_sid=identity.call_sid, call_id=identity.call_id,
                verb=element.name, text=element.text[:200], line=element.line, url=self._page.url,
            )
        )  # fmt: skip
        return True

    def _start(self, program: Program, turn: Turn) -> None:
        self._run = Run(self._page, program, self._finished, turn)
        self._run.start()

    # --- how a document ends -----------------------------------------------------------------------------

    def _finished(self, outcome: Outcome, turn: Turn) -> None:
        self._run = None
        match outcome:
            case Goto(url) if not self._page.url and _is_relative(url):
                self._fail(
                    outcome.relative_error,
                    f"{url!r} is relative, and this document has no URL of its own",
                    "",
                    turn,
                )
            case Goto(url, method, parameters, purpose):
                self._on_fallback = False
                self.ask(purpose, self._page.absolute(url), method, turn, parameters)
            case Crash(Failed(code, reason, url)):
                page = self._page
                self._fail(code, reason, url or page.url, turn, page.sound if url else None)
            case _:
                self._ended(outcome, turn)

    def _fail(self, code: int, reason: str, url: str, turn: Turn, about: Exchange | None = None) -> None:
        """Go to the fallback URL, or say sorry and end (rules fallback, error-announcement).

        What fails inside a document, and was not asked for by itself, is the failure of that document.
        """
        if self._page is not self._around:
            self._page.warn(code, "error", f"{url}: {reason}" if url else reason, turn, about)
        webhooks = self._context.voice.webhooks
        if self._reason is not None:
            return
        if webhooks.fallback_url and not self._on_fallback and self._around is None:
            self._on_fallback = True
            error = (("ErrorCode", str(code)), ("ErrorUrl", without_login(url)))
            self.ask("fallback", webhooks.fallback_url, webhooks.fallback_method, turn, error)
        else:
            self._give_up(Failed(code, reason, url), turn)

    def _give_up(self, failure: Failed, turn: Turn) -> None:
        """Say sorry and end; a nested document leaves both to the one around it."""
        if self._around is not None:
            self._ended(Crash(failure), turn)
            return
        identity = self._context.voice.identity
        turn.out.append(
            Announced(at=turn.now, call_sid=identity.call_sid, call_id=identity.call_id, text=APOLOGY)
        )
        self._start(_apology(), turn)


def begin_inside(page: Page, want: Nested, ended: Callable[[Outcome, Turn], None], turn: Turn) -> Documents:
    """Begin documents inside of one."""
    inside = Documents(page.context, ended, page, want)
    if isinstance(want.source, Document):
        inside.carry_out(want.source, turn)
    else:
        inside.ask("voice", page.absolute(want.source), want.method, turn, want.parameters)
    return inside


def _unheard(outcome: Outcome, turn: Turn) -> None:
    """Take the end of documents that were left, which is nobody's business."""
    del outcome, turn


def _is_relative(url: str) -> bool:
    try:
        return not urlsplit(url).scheme
    except ValueError:
        return False


def _apology() -> Program:
    yield Answer()
    yield Speak(APOLOGY)
    return End()
