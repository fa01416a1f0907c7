"""By which way a request of ours within a call leaves (RFC 3261 section 12.2.1.1)."""

from __future__ import annotations

from sipdomain.sip.dialog import Dialog
from sipdomain.sip.outputs import Address, Flow
from sipdomain.twilio.admission.admission import is_address


def next_flow(began: Flow, dialog: Dialog, *, behind_nat: bool) -> Flow:
    """Return the flow for a request of ours: to the first route or the Contact, or the way the call began.

    That way is left only for an IP address, and never without routes when the peer is behind
    a NAT (its Via names another host than it came from): its Contact cannot be reached.
    """
    hop = dialog.next_hop
    if began.reliable or not is_address(hop.host) or (behind_nat and not dialog.route_set):
        return began
    return Flow(began.transport, began.local, Address(hop.host, hop.port or 5060))
