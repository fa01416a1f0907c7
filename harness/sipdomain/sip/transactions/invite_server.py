"""The INVITE server transaction (RFC 3261 section 17.2.1, RFC 6026 section 7.1)."""

from __future__ import annotations

from typing import Final

from sipdomain.sip.transactions.table import Action as A, Input as I, State as S, Table

TABLE: Final[Table] = {
    (S.PROCEEDING, I.START): (S.PROCEEDING, (A.REPORT,)),
    (S.PROCEEDING, I.REQUEST): (S.PROCEEDING, (A.RESEND,)),
    (S.PROCEEDING, I.PROVISIONAL): (S.PROCEEDING, (A.SEND,)),
    (S.PROCEEDING, I.SUCCESS): (S.ACCEPTED, (A.SEND, A.START_L)),
    (S.PROCEEDING, I.FAILURE): (S.COMPLETED, (A.SEND, A.START_G, A.START_H)),
    (S.PROCEEDING, I.TRANSPORT_ERROR): (S.PROCEEDING, (A.REPORT_TRANSPORT_ERROR,)),
    (S.COMPLETED, I.REQUEST): (S.COMPLETED, (A.RESEND,)),
    (S.COMPLETED, I.TIMER_G): (S.COMPLETED, (A.RESEND, A.START_G)),
    (S.COMPLETED, I.TIMER_H): (S.TERMINATED, (A.REPORT_TIMEOUT,)),
    (S.COMPLETED, I.ACK): (S.CONFIRMED, (A.STOP, A.START_I)),
    (S.COMPLETED, I.TRANSPORT_ERROR): (S.COMPLETED, (A.REPORT_TRANSPORT_ERROR,)),
    (S.CONFIRMED, I.TIMER_I): (S.TERMINATED, ()),
    # RFC 6026: the 2xx belongs to the transaction user, which sends it again until the ACK comes.
    (S.ACCEPTED, I.SUCCESS): (S.ACCEPTED, (A.SEND,)),
    (S.ACCEPTED, I.ACK): (S.ACCEPTED, (A.REPORT,)),
    (S.ACCEPTED, I.TRANSPORT_ERROR): (S.ACCEPTED, (A.REPORT_TRANSPORT_ERROR,)),
    (S.ACCEPTED, I.TIMER_L): (S.TERMINATED, ()),
}
