"""Rules of queues: how calls wait in them, how they leave, and what URLs are notified of."""

from __future__ import annotations

from typing import Final

from sipdomain.twilio.fidelity.rules.rule import ERRORS, TWIML, Rule

_ENQUEUE: Final = TWIML + "/enqueue"
_QUEUE: Final = TWIML + "/queue"
_MEMBER: Final = "https://www.twilio.com/docs/voice/api/member-resource"

RULES: Final = (
    Rule("enqueue", "documented", _ENQUEUE,
         "Enqueue answers, and the call waits in the queue of that name in the account, which is made when there is none."),
    Rule("enqueue-action", "documented", _ENQUEUE + "#action",
         "When the call has left, action is asked with QueueResult, and with QueueSid and QueueTime if it waited; without "
         "action the next verb follows. It is asked after a hang-up and a redirect by the REST API too."),
    Rule("enqueue-result-of-errors", "assumed", "not published: which failure has which result",
         "A blank or long name, and a waitUrl that cannot be had or has a verb that may not stand there, are error; no "
         "room for one more queue is system-error."),
    Rule("enqueue-full", "documented", _ENQUEUE + "; " + ERRORS + "/14207",
         "As many wait as the queue's MaxSize allows, 1000 by default: queue-full, and the warning 14207."),
    Rule("enqueue-max-size", "assumed", "the page does not have maxQueueSize, the SDK has",
         "maxQueueSize is the MaxSize of a queue that is made with it; of another one the smaller of both counts."),
    Rule("wait-url", "documented", _ENQUEUE + "#waiturl",
         "waitUrl gives Play, Say, Pause, Hangup, Redirect, Leave and Gather, over and over; it is sent QueuePosition, "
         "QueueSid, QueueTime, AvgQueueTime, CurrentQueueSize and MaxQueueSize."),
    Rule("wait-url-empty", "assumed", "as of Conference", 'waitUrl="" is silence.'),
    Rule("wait-url-pace", "assumed", "ours, so that an empty document is not asked for without end",
         "A document that is over within a second is asked for again when that second is."),
    Rule("queue-times", "assumed", "not published: how seconds are rounded",
         "Times in a queue are whole seconds, a begun one left out; the average is that of those who wait now."),
    Rule("queue-music", "assumed", "ours: the provider's playlist is not to be had",
         "Without waitUrl, eight seconds of music of our own are played over and over."),
    Rule("leave", "documented", TWIML + "/leave",
         "Leave takes the call out of the queue: the result is leave, and Enqueue's action or the next verb follows."),
    Rule("leave-elsewhere", "assumed", "not published", "Where there is no queue to leave, Leave ends the call."),
    Rule("enqueue-taskrouter", "assumed", "ours: TaskRouter is not emulated",
         "Enqueue with workflowSid or Task ends the document with 13750."),
    Rule("queue-members", "documented", _MEMBER,
         "The calls in a queue are its Members, of which Front is the first; POST with Url takes one out, which goes on "
         "with that document: the result is redirected."),
    Rule("dial-queue", "documented", _QUEUE,
         "Dial with Queue talks to who has waited the longest, or waits until somebody comes, no longer than timeout."),
    Rule("dial-queue-unknown", "documented", _QUEUE,
         "Where there is no queue of that name, the action gets an error as its status."),
    Rule("dial-queue-status", "assumed", "not published: which status",
         "DialCallStatus is completed once the two talked, no-answer when nobody came, failed where there is no such "
         "queue, canceled for a caller who went before; DialCallSid is the call that was taken out."),
    Rule("dial-queue-action", "documented", TWIML + "/dial#action; " + _QUEUE,
         "After Queue the action of Dial also gets QueueSid and QueueTime."),
    Rule("queue-whisper", "documented", _QUEUE + "#url",
         "Before the two are connected, the queued caller hears the url of Queue: Play, Say, Pause and Redirect. It is "
         "asked with QueueSid, CallSid, QueueTime and DequeingCallSid, so spelt."),
    Rule("queue-whisper-failed", "assumed", "not published",
         "When that document cannot be had, or has another verb (14211), the two are connected all the same."),
    Rule("queue-bridged", "documented", _ENQUEUE + "#action",
         "A call that was connected has QueueResult bridged, and its action is asked when the two part; one that the REST "
         "API gives another document meanwhile has redirected-from-bridged."),
    Rule("queue-bridging", "assumed", "not published: when it is sent",
         "QueueResult is bridging-in-process when one of the two goes after the other was taken out, and before they are "
         "connected; who dialled then waits for the next one, before all others."),
    Rule("queue-delete", "assumed", "not published: which code refuses",
         "Only an empty queue is deleted; else 400 with 20409."),
)  # fmt: skip
