"""What every room above stands on: settings, stores, alarms, and what is waited for."""

from __future__ import annotations

import random
from collections.abc import Callable

from sipdomain.media.streaming import StreamInput
from sipdomain.sip.digest import NonceKeeper
from sipdomain.twilio.admission.admission import Admission
from sipdomain.twilio.admission.registrar import Registrar
from sipdomain.twilio.behaviours.far_end import FarEnd
from sipdomain.twilio.engine.alarms import Alarms
from sipdomain.twilio.engine.doors import Doors
from sipdomain.twilio.engine.exchanges import Exchanges
from sipdomain.twilio.engine.hearings import Hearings
from sipdomain.twilio.engine.identifiers import Identifiers
from sipdomain.twilio.engine.prompts import Prompts
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.engine.sockets import Sockets
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallStore


class Engine:
    """The small parts that serve every call of one emulator. It knows nothing of calls.

    Attributes:
        settings: How it is set up.
        profile: Where sources disagree, which to follow.
        store: Accounts, domains and lists.
        records: Where calls are written down.
        ids: Makes SIDs.
        rng: Draws all that is random; `identifiers` draws from it too.
        identifiers: Makes tokens, tags and the like.
        alarms: The moments waited for, SIP's own timers excepted.
        exchanges: The URLs being asked.
        prompts: The prompts being rendered.
        sockets: The WebSockets that are open or being opened.
        streams: By its number, who takes news of a media stream.
        hearings: Who hears words in calls.
        registrar: The phones that are registered.
        admission: Who may call, and who may register.
        doors: Where requests arrive.
        far_end: What is done on purpose.
    """

    __slots__ = (
        "admission", "alarms", "doors", "exchanges", "far_end", "hearings", "identifiers", "ids", "profile", "prompts",
        "records", "registrar", "rng", "settings", "sockets", "store", "streams",
    )  # fmt: skip

    def __init__(
        self, settings: Settings, store: Store, records: CallStore, ids: Ids, rng: random.Random
    ) -> None:
        self.settings = settings
        self.profile = settings.profile
        self.store = store
        self.records = records
        self.ids = ids
        self.rng = rng
        self.identifiers = Identifiers(rng)
        self.alarms = Alarms()
        self.exchanges = Exchanges(settings)
        self.prompts = Prompts(self.identifiers)
        self.sockets = Sockets(self.identifiers)
        self.streams: dict[int, Callable[[StreamInput, Turn], None]] = {}
        self.hearings = Hearings(self.identifiers, self.alarms)
        self.registrar = Registrar()
        nonces = NonceKeeper(rng.randbytes(32), lifetime=settings.nonce_lifetime)
        self.admission = Admission(
            store,
            self.profile,
            nonces,
            f"{rng.getrandbits(128):032x}",
            default_domain=settings.default_domain,
        )
        self.doors = Doors(store.suffix)
        self.far_end = FarEnd(self.admission.challenge, self.doors.check)

    def wall(self, now: float) -> float:
        """Return Unix time for a moment of the run's clock."""
        return now + self.settings.wall_offset
