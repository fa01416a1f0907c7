"""Rules of media streams: the handshake, the messages, the queue, what ends a stream, and who is notified."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import ERRORS, TWIML, Rule

_STREAM: Final = TWIML + "/stream"
_CONNECT: Final = TWIML + "/connect"
_OVERVIEW: Final = "https://www.twilio.com/docs/voice/media-streams"
_MESSAGES: Final = _OVERVIEW + "/websocket-messages"

RULES: Final = (
    Rule("connect-stream", "documented", _CONNECT,
         "Connect of a Stream answers, and lasts until the server closes the socket or the caller hangs up; then the "
         "action is asked, or without one the next verb runs."),
    Rule("connect-action", "assumed", "documented: the action is asked at the end; not what it is told of a stream",
         "The action is told the StreamSid; it is asked after the caller hung up, too, and its answer is not carried out."),
    Rule("connect-track", "documented", ERRORS + "/31941",
         "A Stream in Connect has the inbound track alone; with another one it does not begin, error 31941."),
    Rule("connect-nouns", "assumed", "ours: they are not emulated yet",
         "Any other noun in Connect ends the document with 13750."),
    Rule("start-stream", "documented", _STREAM,
         "Start of a Stream begins it, and the next verb runs at once; it goes on to its Stop by name, the REST API or the "
         "end of the call, and without a next verb the call ends."),
    Rule("start-stream-closed", "assumed", "not published",
         "A Stream of Start whose server closes the socket, or cannot be reached, is over; the call goes on."),
    Rule("stream-tracks", "documented", _OVERVIEW,
         "At most four tracks of a call are streamed by Start at a time, and one Stream goes both ways."),
    Rule("stream-too-many", "assumed", "not published",
         "A Stream that would be too many, or has the name of one that goes on, does not begin: error 31941."),
    Rule("stream-url", "documented", _STREAM, "The url is absolute, or relative to the document."),
    Rule("stream-relative-url", "assumed", "not published",
         "A relative url of a document that came by http is ws:, and of one that came by https wss:."),
    Rule("socket-scheme", "documented", ERRORS + "/31922", "Only wss: is supported; another scheme is error 31922."),
    Rule("socket-loopback", "assumed", "ours: an application under test is on this machine",
         "ws: is allowed to 127.0.0.0/8, ::1 and localhost."),
    Rule("socket-query", "observed", "", "What stands behind ? in the url is cut off; the call goes on.",
         labels=("SOCKETS",)),
    Rule("socket-handshake", "observed", "",
         "The handshake has User-Agent Twilio.TmeWs/1.0 and a signature, and neither Origin nor a protocol nor extensions.",
         labels=("SOCKETS",)),
    Rule("socket-signature", "observed", "",
         "X-Twilio-Signature of the handshake is over the wss: URL as written, without parameters.", labels=("SOCKETS",)),
    Rule("socket-signed-query", "assumed", "not published", "A query that is cut off is not part of what is signed."),
    Rule("socket-timeout", "assumed", "documented: 31901 when no answer comes; not after how long",
         "A connection with its TLS and the answer to the handshake may take 5 seconds in all."),
    Rule("socket-failures", "documented", ERRORS + "/31901 to 31924",
         "No answer is 31901, a refused connection 31902, TLS 31910, an answer other than 101 31920, a URL that cannot be "
         "read 31923, a breach of the WebSocket protocol 31924."),
    Rule("stream-closed", "documented", ERRORS + "/31921", "A server that closes the socket raises error 31921."),
    Rule("stream-broken", "assumed", "not published",
         "A connection that ends without a close frame raises error 31921, too; a host without an address 31902."),
    Rule("stream-messages", "documented", _MESSAGES,
         "connected comes first, then start, then media, dtmf and mark as they happen, stop last; numbers are text."),
    Rule("stream-media", "documented", _MESSAGES,
         "Each media message has 20 ms of mu-law at 8 kHz, silence included, and its timestamp in milliseconds."),
    Rule("stream-timestamp", "assumed", "documented: since the start of the stream; seen: 102 to 171 at first",
         "A timestamp counts from the moment at which the stream was begun, before the handshake."),
    Rule("stream-chunk", "assumed", "documented by an example that allows both readings",
         "With two tracks chunk counts the media messages of the stream, whatever their track; inbound comes first."),
    Rule("stream-gap", "assumed", "not published", "While no RTP comes, the frames of its track are silence."),
    Rule("stream-parameters", "documented", _STREAM,
         "Parameters, each of fewer than 500 characters with its name, arrive as customParameters of start."),
    Rule("stream-dtmf", "documented", _MESSAGES, "A key of the caller is a dtmf message, in a Stream of Connect alone."),
    Rule("stream-mark", "documented", _MESSAGES,
         "A mark comes back when all audio before it has been played; at once when nothing waits."),
    Rule("stream-clear", "documented", _MESSAGES, "clear empties the queue, and the marks that wait come back."),
    Rule("stream-clear-frame", "assumed", "ours: audio is sent in frames", "The frame that is being sent goes out whole."),
    Rule("stream-queue", "assumed", "ours: memory is bounded",
         "At most 16 MiB of audio (35 minutes) and 10,000 marks wait; a message that brings more is left out, and noted."),
    Rule("stream-message-size", "assumed", "ours: memory is bounded",
         "A message of the server may have 2 MiB; a larger one is error 31924, and ends the stream."),
    Rule("stream-overflow", "documented", ERRORS + "/31930",
         "When the server does not read in time, audio is dropped: warning 31930, once for a stream."),
    Rule("stream-overflow-size", "assumed", "not published", "1 MiB waits for the server, which is a minute of one track."),
    Rule("stream-binary", "documented", ERRORS + "/31950",
         "A binary message is left out: warning 31950, once for a stream."),
    Rule("stream-wrong-message", "documented", ERRORS + "/31951",
         "A message that is not JSON, has another event, lacks a field or has one too many, or another streamSid, is left "
         "out: warning 31951, once for a stream."),
    Rule("stream-one-way", "documented", ERRORS + "/31924", "A message on a Stream of Start is error 31924."),
    Rule("stream-one-way-goes-on", "assumed", "not published",
         "That message is left out, the error comes once, and the stream goes on."),
    Rule("stream-stop", "documented", _MESSAGES,
         "A stream that is stopped, or whose call ends, sends stop, and the socket is closed."),
    Rule("stream-close-code", "assumed", "not published", "The close frame has the code 1000."),
    Rule("stream-redirected", "documented", _STREAM,
         "A call that the REST API gives another document ends its Connect, and the stream with it."),
    Rule("stream-by-rest", "documented", "https://www.twilio.com/docs/voice/api/stream-resource",
         "Calls/{CA}/Streams begins a stream that goes one way, and Status=stopped ends any by its SID or name: each "
         "answers 200."),
    Rule("stream-callback", "documented", _STREAM + "#attributes-statuscallback",
         "statusCallback gets AccountSid, CallSid, StreamSid, StreamName, StreamEvent (stream-started, stream-stopped or "
         "stream-error), StreamError and Timestamp in ISO 8601."),
    Rule("stream-callback-closed", "assumed", "the page of 31921 names StreamError",
         "When the server closes the socket, that is a stream-error."),
)  # fmt: skip
